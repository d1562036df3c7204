import { once } from 'node:events';

import { afterEach, describe, expect, it } from 'vitest';

import { environment } from '../src/environment.js';
import { python, PythonError, type UnraisableEvent } from '../src/index.js';
import { startWorker } from './worker.js';

python.run(`
import sys, threading, time
owner = threading.get_ident()
def start_thread(function, *values):
    """Runs it on a thread; what it came to is in the dict: value or error."""
    outcome = {}
    def body():
        try:
            outcome["value"] = function(*values)
        except BaseException as error:
            outcome["error"] = error
    thread = outcome["thread"] = threading.Thread(target=body, name="caller")
    thread.start()
    return outcome

def start_later(function, *values):
    """The same, once the JavaScript thread has left Python: it may be slow to, on a busy machine."""
    def later():
        while sys._current_frames().get(owner) is not None:
            time.sleep(0.001)
        return function(*values)
    return start_thread(later)

def join_thread(outcome):
    outcome["thread"].join()

def start_and_join(function):
    outcome = start_thread(function)
    join_thread(outcome)
    return outcome

def text_of(outcome):
    error = outcome.get("error")
    return None if error is None else type(error).__module__ + "." + type(error).__name__ + ": " + str(error)
`);

type Outcome = object;
const startThread = python.eval('start_later') as (...values: unknown[]) => Outcome;
const startAndJoin = python.eval('start_and_join') as (callee: unknown) => Outcome;
const textOf = python.eval('text_of') as (outcome: Outcome) => string | null;
const valueOf = python.eval('lambda outcome: outcome.get("value")') as (o: Outcome) => unknown;
const isAlive = python.eval('lambda outcome: outcome["thread"].is_alive()') as (
  o: Outcome,
) => boolean;

async function ended(outcome: Outcome): Promise<void> {
  while (isAlive(outcome)) await new Promise((resolve) => setTimeout(resolve, 5));
}

function block(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

afterEach(() => {
  python.start({ callbackTimeout: 30_000 });
});

describe('a thread that calls a JavaScript function whose thread waits for it', () => {
  it('gets a DeadlockError that names what that thread does; the other one goes on', async () => {
    python.start({ callbackTimeout: 100 });
    let calls = 0;
    const outcome = startAndJoin(() => ++calls);
    const text = textOf(outcome);
    expect(text).toMatch(/^nogil\.DeadlockError: thread 'caller' has waited 100 ms/);
    expect(text).toMatch(/in Python, in join|in Python, in _wait_for_tstate_lock/);
    expect(text).toContain('wait: false');
    const functions = python.eval(
      'lambda outcome: [frame.name for frame in outcome["error"].owner]',
    ) as (o: Outcome) => Iterable<string>;
    expect([...functions(outcome)]).toContain('join_thread');
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(calls).toBe(0); // given up, so never run
  });

  it('hears that it runs JavaScript, where it does', async () => {
    python.start({ callbackTimeout: 200 });
    const outcome = startThread(() => 1);
    block(2000);
    await ended(outcome);
    expect(textOf(outcome)).toContain('runs JavaScript that does not return to its event loop');
  });

  it('does not give up on a function that has begun', async () => {
    python.start({ callbackTimeout: 1000 });
    const outcome = startThread(() => {
      block(1500);
      return 'late';
    });
    await ended(outcome);
    expect(textOf(outcome)).toBeNull();
    expect(valueOf(outcome)).toBe('late');
  });

  it('waits for ever with Infinity', async () => {
    python.start({ callbackTimeout: Infinity });
    const outcome = startThread(() => 'answer');
    block(200);
    await ended(outcome);
    expect(valueOf(outcome)).toBe('answer');
  });

  it('is DEADLOCK in JavaScript, and itself again in Python', () => {
    python.start({ callbackTimeout: 50 });
    const outcome = startAndJoin(() => 1);
    const failing = python.run(`
def reraise(outcome):
    raise outcome["error"]
reraise`) as (o: Outcome) => unknown;
    let thrown: unknown;
    try {
      failing(outcome);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(PythonError);
    expect((thrown as { code?: string }).code).toBe('DEADLOCK');
    const isIt = python.run(`
def is_it(outcome, function):
    try:
        function()
    except Exception as error:
        return error is outcome["error"]
is_it`) as (o: Outcome, f: unknown) => boolean;
    const rethrow = (): never => {
      throw thrown;
    };
    expect(isIt(outcome, rethrow)).toBe(true);
  });

  it('leaves nothing behind: what it passed is dropped', async () => {
    python.start({ callbackTimeout: 30 });
    const held = python.run(`
import weakref, gc
class Passed: pass
alive = weakref.WeakSet()
def held(function):
    def call():
        one = Passed()
        alive.add(one)
        function(one)
    for _ in range(20):
        outcome = start_thread(call)
        join_thread(outcome)
        outcome["error"] = None
    gc.collect()
    return len(alive)
held`) as (callee: unknown) => number;
    const before = environment().objects?.size ?? 0;
    held(() => 1);
    for (let i = 0; i < 50; i++) await new Promise((resolve) => setImmediate(resolve));
    expect(python.eval('(gc.collect(), len(alive))[1]')).toBe(0);
    expect(environment().objects?.size ?? 0).toBeLessThanOrEqual(before + 1);
  });

  it('may give up and begin at the same time: each call is run and answered, or neither of it', async () => {
    python.start({ callbackTimeout: 10 });
    let ran = 0;
    const count = python.run(`
def count(function, n):
    import nogil
    answered, given_up = [], []  # append is atomic without a GIL, += is not
    def body():
        for i in range(n):
            try:
                function()
                answered.append(i)
            except nogil.DeadlockError:
                given_up.append(i)
    threads = [threading.Thread(target=body) for _ in range(4)]
    for thread in threads: thread.start()
    return {"threads": threads, "answered": answered, "given_up": given_up}
count`) as (callee: () => void, n: number) => Outcome;
    const done = count(() => {
      ran++;
    }, 25);
    const alive = python.eval('lambda d: any(t.is_alive() for t in d["threads"])') as (
      o: Outcome,
    ) => boolean;
    for (let i = 0; alive(done); i++) {
      block(8 + (i % 5));
      await new Promise((resolve) => setImmediate(resolve));
    }
    const answered = python.eval('lambda d: len(d["answered"])') as (o: Outcome) => number;
    const total = python.eval('lambda d: len(d["answered"]) + len(d["given_up"])') as (
      o: Outcome,
    ) => number;
    expect(total(done)).toBe(100);
    expect(ran).toBe(answered(done));
  });
});

class RangeErrorLike extends RangeError {}

describe('a callback with a timeout', () => {
  it('raises TimeoutError where it has begun; what it answers is dropped', async () => {
    let returned = false;
    const slow = python.callback(
      () => {
        block(1500);
        returned = true;
        return { some: 'thing' };
      },
      { timeout: 1000 },
    );
    const outcome = startThread(slow);
    await ended(outcome);
    expect(textOf(outcome)).toMatch(/^builtins\.TimeoutError: .*did not return within .* 1000 ms/);
    expect(returned).toBe(true);
  });

  it('raises DeadlockError where it has not', () => {
    const bounded = python.callback(() => 1, { timeout: 50 });
    expect(textOf(startAndJoin(bounded))).toMatch(/^nogil\.DeadlockError: .*waited 50 ms/);
  });

  it('passes everything on: arguments, keywords, answers and errors', () => {
    const both = python.callback((a: number, rest: { b: number }) => a + rest.b, { timeout: 1000 });
    expect((python.eval('lambda f: f(1, b=2)') as (f: unknown) => unknown)(both)).toBe(3);
    const error = new RangeError('mine');
    const failing = python.callback(() => {
      throw error;
    });
    expect(() => (python.eval('lambda f: f()') as (f: unknown) => unknown)(failing)).toThrow(error);
  });

  it('refuses what makes no sense', () => {
    const refused = (options: object): void => {
      expect(() => python.callback(() => 1, options)).toThrow(
        expect.objectContaining({ code: 'INVALID_ARGUMENT' }) as Error,
      );
    };
    refused({ timeout: 0 });
    refused({ timeout: 1.5 });
    refused({ timeout: Infinity });
    refused({ wait: false, timeout: 5 });
    refused({ queue: 5 });
    refused({ wait: false, queue: 0 });
    refused({ wiat: false });
    expect(() => python.callback(RangeErrorLike as never)).toThrow(/no class/);
    expect(() => python.callback(python.eval('len') as never)).toThrow(/no Python object/);
    expect(() => python.start({ callbackTimeout: -1 })).toThrow(/callbackTimeout/);
  });
});

describe('a callback that nobody waits for', () => {
  it('does not wait, also where the owner does; each thread keeps its order', async () => {
    const got: [number, number][] = [];
    const post = python.callback((thread: number, i: number) => got.push([thread, i]), {
      wait: false,
    });
    const burst = python.run(`
def burst(post):
    threads = [threading.Thread(target=lambda n=n: [post(n, i) for i in range(200)]) for n in range(4)]
    for thread in threads: thread.start()
    for thread in threads: thread.join()
burst`) as (post: unknown) => void;
    burst(post);
    expect(got).toHaveLength(0);
    while (got.length < 800) await new Promise((resolve) => setImmediate(resolve));
    for (let n = 0; n < 4; n++) {
      const own = got.filter(([thread]) => thread === n).map(([, i]) => i);
      expect(own).toEqual(Array.from({ length: 200 }, (_, i) => i));
    }
  });

  it('raises queue.Full when as many wait as may, and goes on afterwards', async () => {
    const got: number[] = [];
    const post = python.callback((i: number) => got.push(i), { wait: false, queue: 3 });
    const posted = python.run(`
def posted(post, n):
    import queue
    done = 0
    for i in range(n):
        try:
            post(i)
            done += 1
        except queue.Full as error:
            assert "3 calls" in str(error)
    return done
posted`) as (post: unknown, n: number) => number;
    expect(posted(post, 10)).toBe(3);
    while (got.length < 3) await new Promise((resolve) => setImmediate(resolve));
    expect(got).toEqual([0, 1, 2]);
    expect(posted(post, 10)).toBe(3);
    while (got.length < 6) await new Promise((resolve) => setImmediate(resolve));
  });

  it('that throws is an unraisable event, and no place in line is lost', async () => {
    const events: UnraisableEvent[] = [];
    const stop = python.on('unraisable', (event) => {
      events.push(event);
    });
    const error = new Error('nobody waits');
    const post = python.callback(
      () => {
        throw error;
      },
      { wait: false, queue: 1 },
    );
    const call = python.eval('lambda f: f()') as (f: unknown) => void;
    for (let i = 1; i <= 3; i++) {
      call(post);
      while (events.length < i) await new Promise((resolve) => setTimeout(resolve, 5));
    }
    stop();
    expect(events.map((event) => event.error)).toEqual([error, error, error]);
  });
});

describe('a worker that ends', () => {
  it.each(['bounded', 'endless'])('frees threads that wait for it (%s)', async (kind) => {
    const options = kind === 'bounded' ? '{ timeout: 60000 }' : '{}';
    const worker = startWorker(
      `python.start({ callbackTimeout: Infinity });
       python.eval('globals().__setitem__')('of_worker', python.callback(() => { for (;;); }, ${options}));
       parentPort.postMessage('ready');
       setInterval(() => {}, 1000);`,
    );
    await once(worker, 'message');
    const outcomes = [1, 2, 3].map(() => startThread(python.eval('of_worker')));
    await new Promise((resolve) => setTimeout(resolve, 100)); // one runs and never returns, the others stand behind it
    await worker.terminate();
    for (const outcome of outcomes) {
      await ended(outcome);
      expect(textOf(outcome)).toMatch(/^nogil\.JavaScriptError: .*ended/);
    }
    python.run('del of_worker');
  });
});
