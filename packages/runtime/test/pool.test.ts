import { once } from 'node:events';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';

import { afterAll, describe, expect, it } from 'vitest';

import { kw, NogilError, ParallelError, PythonError, python } from '../src/index.js';
import type { PyProxy } from '../src/index.js';

const RUNTIME = join(import.meta.dirname, '../dist/index.cjs');

python.run(`
import sys, threading, time
def spin():
    while True: pass
def stubborn(times):
    while times:
        try:
            spin()
        except KeyboardInterrupt:
            times -= 1
    spin()
def raises_at(bad):
    def call(x):
        if x in bad: raise ValueError('bad %d' % x)
        return x
    return call
`);
const size = python.parallel.size;
afterAll(() => {
  python.parallel.size = size;
});

function name(it: string): PyProxy {
  return python.eval(it) as PyProxy;
}

/** What the core's own Python code has by a name, through the namespace of a function of it. */
function ofCore(it: string): unknown {
  const spaces = python.eval(
    '[o for o in __import__("gc").get_objects() if type(o).__name__ == "function" and o.__name__ == "pool_call"][0].__globals__',
  ) as PyProxy;
  return spaces.get?.(it);
}

async function failure(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => {
      throw new Error('it did not fail');
    },
    (error: unknown) => error,
  );
}

/** Real time, as the tests of vitest do not replace timers. */
function sleep(ms: number): Promise<void> {
  return new Promise((done) => setTimeout(done, ms));
}

async function workerOf(source: string): Promise<Worker> {
  const worker = new Worker(
    `const { parentPort } = require('node:worker_threads');
     const { python } = require(${JSON.stringify(RUNTIME)});
     ${source}
     parentPort.on('message', () => undefined);
     parentPort.postMessage('ready');`,
    { eval: true },
  );
  await once(worker, 'message');
  return worker;
}

describe('callAsync', () => {
  it('calls on another thread, with arguments and results as a call has them', async () => {
    const where = name('lambda: threading.get_ident()');
    expect(await where.callAsync()).not.toBe(where());
    const fn = name('lambda *a, **k: (type(a[0]).__name__, len(a), sorted(k))');
    const result = (await fn.callAsync(
      [1],
      2,
      kw({ b: 1, completion: 2, function: 3 }),
    )) as PyProxy;
    expect(String(result)).toBe("('list', 2, ['b', 'completion', 'function'])");
    const list = name('[1]');
    expect(await name('lambda x: x').callAsync(list)).toBe(list);
    expect(await python.callAsync(name('lambda *, b: b'), [], { kwargs: { b: 5 } })).toBe(5);
  });

  it('rejects with the traceback of Python and the place in JavaScript', async () => {
    async function placeInJavaScript(): Promise<unknown> {
      return name('raises_at([1])').callAsync(1);
    }
    const error = (await failure(placeInJavaScript())) as PythonError;
    expect(error).toBeInstanceOf(python.errors.ValueError);
    expect(error.stack).toMatch(/call \(<nogil/);
    expect(error.stack).toMatch(/placeInJavaScript/);
  });

  it('rejects, and never throws, for what cannot be', async () => {
    const gone = name('[]');
    const method = gone.append as PyProxy;
    gone.destroy();
    method.destroy();
    const bad: [unknown, unknown[], object, string][] = [
      [() => 1, [], {}, 'INVALID_ARGUMENT'],
      [1, [], {}, 'INVALID_ARGUMENT'],
      [null, [], {}, 'INVALID_ARGUMENT'],
      [method, [], {}, 'STALE_HANDLE'],
      [name('len'), [gone], {}, 'STALE_HANDLE'],
      [name('len'), 1 as never, {}, 'INVALID_ARGUMENT'],
      [name('len'), [], { timeout: 0 }, 'INVALID_ARGUMENT'],
      [name('len'), [], { timeout: 2 ** 31 }, 'INVALID_ARGUMENT'],
      [name('len'), [], { timeout: Number.NaN }, 'INVALID_ARGUMENT'],
      [name('len'), [], { signal: 1 }, 'INVALID_ARGUMENT'],
      [name('len'), [], { kwargs: 1 }, 'INVALID_ARGUMENT'],
      [name('len'), [], { timout: 1 }, 'INVALID_ARGUMENT'],
    ];
    for (const [fn, values, options, code] of bad) {
      const promise = python.callAsync(fn as PyProxy, values, options);
      await expect(promise).rejects.toMatchObject({ code });
      expect(() => python.call(fn as PyProxy, values, options) as unknown).toThrow(NogilError);
    }
    expect('callAsync' in name('[1]')).toBe(false);
    await expect(name('len').callAsync(kw({ a: 1 }))).rejects.toThrow(python.errors.TypeError);
  });

  it('takes exceptions that lie about themselves', async () => {
    python.run(`
class Liar(BaseException):
    def __init__(self, *a): raise RuntimeError('no')
    def __str__(self): raise RuntimeError('no str')
    def __reduce__(self): raise RuntimeError('no')
def lie(x=None):
    raise Liar.__new__(Liar)`);
    const error = (await failure(name('lie').callAsync())) as PythonError;
    expect(error.type).toMatch(/Liar/);
    const mapped = (await failure(python.parallel.map(name('lie'), [1]))) as PythonError;
    expect(mapped).toMatchObject({ index: 0 });
  });

  it('rejects with what says so where its result cannot become a value of JavaScript', async () => {
    const pair = name(`lambda x=0: '\\ud83d' + '\\ude00'`);
    const large = name('lambda x=0: 1 << 2**30');
    await expect(pair.callAsync()).rejects.toThrow(/surrogate/);
    await expect(large.callAsync()).rejects.toMatchObject({ code: 'UNSUPPORTED_VALUE' });
    await expect(name('lambda: "x" * 2**29').callAsync()).rejects.toThrow(
      /longer than the longest/,
    );
    const bounded = python.callAsync(large, [], { timeout: 60_000 });
    await expect(bounded).rejects.toMatchObject({ code: 'UNSUPPORTED_VALUE' });
    await expect(python.parallel.map(pair, [1, 2])).rejects.toThrow(/surrogate/);
    python.run(`
async def coroutine():
    return '\\ud83d' + '\\ude00'`);
    await expect(name('coroutine()') as unknown as Promise<unknown>).rejects.toThrow(/surrogate/);
    // An exception is told by a proxy: its message is none of the crossing's.
    const said = await failure(
      name('lambda: (_ for _ in ()).throw(ValueError(chr(0xd83d) + chr(0xde00)))').callAsync(),
    );
    expect(said).toBeInstanceOf(python.errors.ValueError);
  });

  it('takes 10 000 calls at once', async () => {
    const fn = name('lambda x: x + 1');
    const all = await Promise.all(Array.from({ length: 10_000 }, (_, i) => fn.callAsync(i)));
    expect(all.every((value, i) => value === i + 1)).toBe(true);
  });

  it('reaches an attribute of the same name', () => {
    const it = python.run('type("T", (), {"callAsync": 5, "__call__": len})()') as PyProxy;
    expect(it.$callAsync).toBe(5);
    expect(Reflect.get(it, 'callAsync')).toBeTypeOf('function');
  });
});

describe('bounds of calls', () => {
  it('interrupt synchronous calls at their time', () => {
    let error: unknown;
    try {
      python.call(name('spin'), [], { timeout: 20 });
    } catch (caught) {
      error = caught;
    }
    expect(error).toMatchObject({ code: 'TIMED_OUT' });
    expect((error as Error).cause).toMatchObject({ type: expect.stringMatching('Interrupted') });
    expect(python.call(name('int'), ['7'], { timeout: 1000, kwargs: { base: 16 } })).toBe(7);
  });

  it('interrupt again what swallows it, and are not swallowed by `except Exception`', async () => {
    expect(() => python.call(name('stubborn'), [2], { timeout: 20 }) as unknown).toThrow(
      expect.objectContaining({ code: 'TIMED_OUT' }),
    );
    await expect(python.callAsync(name('stubborn'), [1], { timeout: 20 })).rejects.toMatchObject({
      code: 'TIMED_OUT',
    });
    python.run(`
def careless():
    try:
        spin()
    except Exception:
        return 1`);
    expect(() => python.call(name('careless'), [], { timeout: 20 }) as unknown).toThrow(
      expect.objectContaining({ code: 'TIMED_OUT' }),
    );
  });

  it('leave a result that came in spite of them', () => {
    python.run(`
def finishes():
    try:
        spin()
    except KeyboardInterrupt:
        return 'done'`);
    expect(python.call(name('finishes'), [], { timeout: 20 })).toBe('done');
  });

  it('reject at their time what is blocked in C, and say where that is', async () => {
    const warned = once(process, 'warning');
    python.run('def sleeper():\n    time.sleep(4)');
    const begun = performance.now();
    const error = await failure(python.callAsync(name('sleeper'), [], { timeout: 50 }));
    expect(error).toMatchObject({ code: 'TIMED_OUT' });
    expect(error).not.toHaveProperty('cause');
    expect(performance.now() - begun).toBeLessThan(3500);
    const [warning] = (await warned) as [Error & { code?: string }];
    expect(warning).toMatchObject({ code: 'NOGIL_NOT_INTERRUPTED' });
    expect(warning.message).toMatch(/sleeper/);
  });

  it('follow a signal that a callback aborts', () => {
    const controller = new AbortController();
    const reason = new RangeError('mine');
    const fn = name('lambda stop: (stop(), spin())');
    let error: unknown;
    try {
      python.call(
        fn,
        [
          () => {
            controller.abort(reason);
          },
        ],
        { signal: controller.signal },
      );
    } catch (caught) {
      error = caught;
    }
    expect(error).toBe(reason);
    expect(
      () => python.call(name('len'), [[]], { signal: AbortSignal.abort(reason) }) as unknown,
    ).toThrow(reason);
  });

  it('follow a signal that is aborted while the arguments are converted', async () => {
    class Aborts {
      readonly controller = new AbortController();
    }
    const dispose = python.codecs.register({
      name: 'aborts',
      javascript: Aborts,
      toPython: (value) => {
        (value as Aborts).controller.abort('meanwhile');
        return name('None');
      },
    });
    try {
      const late = new Aborts();
      const { signal } = late.controller;
      const promise = python.callAsync(name('lambda it: spin()'), [late], { signal });
      expect(await failure(promise)).toBe('meanwhile');
      expect(await name('abs').callAsync(-1)).toBe(1); // of a pool that has its threads again
      const other = new Aborts();
      const bounds = { signal: other.controller.signal };
      expect(() => python.call(name('lambda it: spin()'), [other], bounds) as unknown).toThrow(
        'meanwhile',
      );
    } finally {
      dispose();
    }
  });

  it('reject at once when the signal is aborted, and stop what runs', async () => {
    const controller = new AbortController();
    python.run(`
begun, ended = threading.Event(), threading.Event()
def noted():
    try:
        begun.set()
        spin()
    finally: ended.set()`);
    const promise = python.callAsync(name('noted'), [], { signal: controller.signal });
    expect(python.eval('begun.wait(60)')).toBe(true); // what has not begun is dropped
    controller.abort('enough');
    expect(await failure(promise)).toBe('enough');
    expect(python.eval('ended.wait(60)')).toBe(true);
    const early = python.callAsync(name('spin'), [], { signal: AbortSignal.abort('no') });
    expect(await failure(early)).toBe('no');
  });

  it('never reach the next call, however close to the end they come', () => {
    python.run(`
def about(ms):
    end = time.perf_counter() + ms / 1000
    while time.perf_counter() < end: pass
    return 1`);
    // With a GIL, whoever interrupts waits this long for it: at most as long as the calls are.
    python.run('interval = sys.getswitchinterval(); sys.setswitchinterval(1e-5)');
    const about = name('about');
    const next = name('lambda: sum(range(50))');
    let interrupted = 0;
    for (let i = 0; i < 2000; i++) {
      try {
        python.call(about, [0.9 + (i % 20) / 100], { timeout: 1 });
      } catch (error) {
        expect(error).toMatchObject({ code: 'TIMED_OUT' });
        interrupted++;
      }
      expect(next()).toBe(1225);
    }
    python.run('sys.setswitchinterval(interval)');
    expect(interrupted).toBeGreaterThan(0);
  });

  it('nest', () => {
    const inner = (): unknown => {
      try {
        return python.call(name('spin'), [], { timeout: 10 });
      } catch (error) {
        return (error as NogilError).code;
      }
    };
    expect(python.call(name('lambda f: f()'), [inner], { timeout: 10_000 })).toBe('TIMED_OUT');
    const swallowing = name('lambda f: (f(), spin())');
    expect(() => python.call(swallowing, [inner], { timeout: 50 }) as unknown).toThrow(
      expect.objectContaining({ code: 'TIMED_OUT' }),
    );
  });
});

describe('python.interrupt', () => {
  it('raises KeyboardInterrupt in what this thread runs further out', () => {
    const fn = name('lambda f: (f(), spin())');
    expect(
      () =>
        fn(() => {
          expect(python.interrupt()).toBe(true);
        }) as unknown,
    ).toThrow(python.errors.KeyboardInterrupt);
    expect(python.interrupt()).toBe(false);
    expect(python.eval('sum(range(10))')).toBe(45);
    expect(() => python.interrupt(-1)).toThrow(NogilError);
  });

  it('reaches a worker in Python, and not its next call', async () => {
    python.run(`
spinning = 0
def spins_once_interrupted():
    global spinning
    spinning += 1
    interrupted.acquire()
    spin()`);
    const worker = await workerOf(`
      const spins = python.eval('spins_once_interrupted');
      parentPort.on('message', () => {
        let type = '';
        try { spins(); } catch (error) { type = error.type; }
        let rest = 0;
        for (let i = 0; i < 1000; i++) rest = python.eval('sum(range(10))');
        parentPort.postMessage([type, rest]);
      });`);
    for (let i = 0; i < 20; i++) {
      // What waits for a lock is interrupted once it has it: both interrupts are of one call.
      python.run('interrupted = threading.Lock()\ninterrupted.acquire()');
      const answer = once(worker, 'message');
      worker.postMessage('go');
      while (python.eval('spinning') !== i + 1) await sleep(1); // releases of handles are Python, too
      expect(python.interrupt(worker.threadId)).toBe(true);
      expect(python.interrupt(worker.threadId)).toBe(true);
      python.run('interrupted.release()');
      const [[type, rest]] = (await answer) as [[string, number]];
      expect(type).toBe('KeyboardInterrupt');
      expect(rest).toBe(45);
    }
    await worker.terminate();
    expect(python.interrupt(4_000_000)).toBe(false);
  });
});

describe('python.parallel.map', () => {
  it('keeps the order, and results are as those of calls', async () => {
    const items = Array.from({ length: 3000 }, (_, i) => i);
    const squares = await python.parallel.map<number>(name('lambda x: x * x'), items);
    expect(squares).toEqual(items.map((x) => x * x));
    const list = name('[1]');
    const values = name('lambda x: [None, True, 1.5, 2**80, "\\ud800", b"x", (1,), keep, made][x]');
    const made = { mine: true };
    python.globals.set?.('keep', list);
    python.globals.set?.('made', python.ref(made));
    const got = await python.parallel.map<unknown>(values, new Set(items.slice(0, 9)));
    expect(got.slice(0, 5)).toEqual([null, true, 1.5, 2n ** 80n, '\ud800']);
    expect(python.repr(got[5])).toBe("b'x'");
    expect(Object.keys(got[5] as PyProxy)).toContain('hex');
    expect(String(got[6])).toBe('(1,)');
    expect(got[7]).toBe(list);
    expect(got[8]).toBe(made);
    expect(await python.parallel.map(name('len'), [])).toEqual([]);
    expect(await python.parallel.map(name('ord'), 'abc')).toEqual([97, 98, 99]);
  });

  it('names the item that fails, and drops the rest', async () => {
    const items = Array.from({ length: 10_000 }, (_, i) => i);
    async function placeInJavaScript(): Promise<unknown> {
      return python.parallel.map(name('raises_at([3])'), items);
    }
    const error = (await failure(placeInJavaScript())) as PythonError & { index: number };
    expect(error).toBeInstanceOf(python.errors.ValueError);
    expect(error.index).toBe(3);
    expect(error.stack).toMatch(/placeInJavaScript/);
    expect(error.stack).toMatch(/call \(<nogil/);
  });

  it('goes on after errors where it is told to', async () => {
    const items = Array.from({ length: 100 }, (_, i) => i);
    const options = { onError: 'complete' as const };
    const error = (await failure(
      python.parallel.map(name('raises_at([3, 70])'), items, options),
    )) as ParallelError;
    expect(error).toBeInstanceOf(ParallelError);
    expect(error.indexes).toEqual([3, 70]);
    expect(error.errors.map((each: { index: number }) => each.index)).toEqual([3, 70]);
    expect(error.results).toEqual(items.map((x) => (x === 3 || x === 70 ? undefined : x)));
  });

  it('lets errors of JavaScript through as they are', async () => {
    const mine = new Error('mine');
    python.globals.set?.('thrower', () => {
      throw mine;
    });
    expect(await failure(python.parallel.map(name('lambda x: thrower()'), [1, 2]))).toBe(mine);
  });

  it('reads its items no further than it needs', async () => {
    python.run('gate = threading.Event()\ndef wait(x):\n  gate.wait(10)\n  return x');
    let read = 0;
    function* items(): Generator<number> {
      while (read < 500) yield read++;
    }
    const promise = python.parallel.map(name('wait'), items(), { chunk: 1 });
    await sleep(30);
    expect(read).toBeLessThanOrEqual(2 * size);
    python.run('gate.set()');
    expect(await promise).toHaveLength(500);
  });

  it('takes asynchronous items, slow ones too, and closes what it abandons', async () => {
    let closed = 0;
    async function* items(count: number): AsyncGenerator<number> {
      try {
        for (let i = 0; i < count; i++) {
          if (i % 7 === 0) await sleep(1);
          yield i;
        }
      } finally {
        closed++;
      }
    }
    const all = await python.parallel.map(name('lambda x: x'), items(100));
    expect(all).toEqual(Array.from({ length: 100 }, (_, i) => i));
    await failure(python.parallel.map(name('raises_at([3])'), items(1e9)));
    await sleep(20);
    expect(closed).toBe(2);
    function* breaks(): Generator<number> {
      yield 1;
      throw new RangeError('source');
    }
    await expect(python.parallel.map(name('abs'), breaks())).rejects.toThrow(RangeError);
  });

  it('tells how far it is', async () => {
    const told: { done: number; total: number | undefined; elapsed: number }[] = [];
    await python.parallel.map(name('lambda x: time.sleep(0.02)'), [1, 2, 3, 4, 5, 6, 7, 8, 9, 10], {
      chunk: 1,
      concurrency: 1,
      onProgress: (progress) => told.push(progress),
    });
    expect(told.at(-1)).toMatchObject({ done: 10, total: 10, eta: 0 });
    expect(told.length).toBeLessThan(10);
    const thrown = new Error('told');
    const onProgress = (): void => {
      throw thrown;
    };
    expect(await failure(python.parallel.map(name('abs'), [1], { onProgress }))).toBe(thrown);
  });

  it('stops at once when its signal is aborted', async () => {
    const controller = new AbortController();
    const promise = python.parallel.map(name('lambda x: spin()'), [1, 2, 3, 4], {
      signal: controller.signal,
    });
    await sleep(30);
    controller.abort();
    expect(await failure(promise)).toBe(controller.signal.reason);
    // The pool is free again.
    expect(await name('abs').callAsync(-1)).toBe(1);
  });

  it('refuses what it cannot do', async () => {
    const abs = name('abs');
    const bad: [unknown, unknown, object, RegExp][] = [
      [(x: number) => x, [1], {}, /JavaScript function.*Worker/],
      [null, [1], {}, /Python function/],
      [abs, 5, {}, /iterable/],
      [abs, null, {}, /iterable/],
      [abs, {}, {}, /iterable/],
      [abs, [1], { concurrency: 0 }, /concurrency/],
      [abs, [1], { chunk: 1.5 }, /chunk/],
      [abs, [1], { onError: 'x' }, /onError/],
      [abs, [1], { onProgress: 1 }, /onProgress/],
      [abs, [1], { speed: 1 }, /no option speed/],
    ];
    for (const [fn, items, options, message] of bad) {
      const promise = python.parallel.map(fn as PyProxy, items as unknown[], options);
      await expect(promise).rejects.toThrow(message);
    }
    const error = await failure(python.parallel.map(abs, [1, 2, kw({ a: 1 })], { chunk: 3 }));
    expect(error).toMatchObject({ code: 'UNSUPPORTED_VALUE' });
    expect((error as Error).message).toMatch(/^item 2:/);
  });

  it('works from inside of itself', async () => {
    python.parallel.size = 1;
    try {
      const inner = (x: number): Promise<number[]> =>
        python.parallel.map<number>(name('lambda y: y * 2'), [x, x + 1]);
      const promises: Promise<number[]>[] = [];
      const ask = (x: number): void => {
        promises.push(inner(x));
      };
      const fn = name('lambda f: lambda x: (f(x), x)[1]')(ask) as PyProxy;
      expect(await python.parallel.map(fn, [1, 2, 3])).toEqual([1, 2, 3]);
      expect(await Promise.all(promises)).toEqual([
        [2, 4],
        [4, 6],
        [6, 8],
      ]);
    } finally {
      python.parallel.size = size;
    }
  });
});

describe('python.parallel.all', () => {
  it('makes calls of different functions', async () => {
    const calls = [
      { fn: name('abs'), args: [-1] },
      { fn: name('lambda *, a: a'), kwargs: { a: 'x' } },
      { fn: name('lambda: 3') },
    ];
    expect(await python.parallel.all(calls)).toEqual([1, 'x', 3]);
    await expect(python.parallel.all([1 as never])).rejects.toThrow(/call 0/);
    const js = { fn: (() => 1) as unknown as PyProxy };
    await expect(python.parallel.all([js])).rejects.toThrow(/JavaScript function/);
  });
});

describe('the pool', () => {
  it('has the size it is given', async () => {
    python.parallel.size = 3;
    expect(python.parallel.size).toBe(3);
    python.run(`
meeting = threading.Barrier(3)
def meet(x):
    meeting.wait(10)
    return threading.get_ident()`);
    const threads = await python.parallel.map(name('meet'), [1, 2, 3], { chunk: 1 });
    expect(new Set(threads).size).toBe(3);
    python.parallel.size = 1;
    await sleep(20);
    expect(await name('abs').callAsync(-1)).toBe(1);
    for (const bad of [0, 1025, 1.5, Number.NaN]) {
      expect(() => {
        python.parallel.size = bad;
      }).toThrow(/1 to 1024/);
      expect(() => python.start({ threads: bad })).toThrow(/1 to 1024/);
    }
    python.parallel.size = size;
  });

  it('has a thread for each job that waits once it may have more', async () => {
    python.parallel.size = 1;
    python.run(`
hold, begun, meeting = threading.Event(), threading.Event(), threading.Barrier(3)
def holds():
    begun.set()
    hold.wait(60)
def meets():
    return meeting.wait(60)`);
    const holder = name('holds').callAsync();
    expect(python.eval('begun.wait(60)')).toBe(true);
    const met = Array.from({ length: 3 }, () => name('meets').callAsync());
    python.parallel.size = 4;
    expect((await Promise.all(met)).sort()).toEqual([0, 1, 2]);
    python.run('hold.set()');
    await holder;
    python.parallel.size = size;
  });

  it('has a default that never comes before a size that was said', () => {
    python.parallel.size = 5;
    const setSize = ofCore('_pool_size') as (size: number, unlessSet: boolean) => number;
    expect(setSize(7, true)).toBe(5);
    expect(python.parallel.size).toBe(5);
    python.parallel.size = size;
  });

  it('hears of what a job lets escape', async () => {
    python.run(`
class Escapes:
    def __call__(self): raise RuntimeError('escaped')
escapes = Escapes()`);
    const event = new Promise<unknown>((done) => {
      const stop = python.on('unraisable', (each) => {
        stop();
        done(each.error);
      });
    });
    const submit = ofCore('_pool_submit') as (job: unknown) => void;
    submit(name('escapes'));
    expect(await event).toMatchObject({ message: 'escaped' });
    expect(() => {
      submit(1);
    }).toThrow(python.errors.TypeError);
  });

  it('drops the jobs of a worker that ends, and goes on', async () => {
    python.parallel.size = 1;
    python.run(`
hold = threading.Event()
begun = threading.Event()
ran = []
def holder():
    begun.set()
    hold.wait(20)
    return [1]`);
    const worker = await workerOf(`
      python.eval('holder').callAsync();
      const note = python.eval('ran.append');
      for (let i = 0; i < 10; i++) note.callAsync(i);`);
    expect(python.eval('begun.wait(10)')).toBe(true);
    await worker.terminate();
    const next = name('abs').callAsync(-4);
    python.run('hold.set()');
    expect(await next).toBe(4);
    expect(python.eval('len(ran)')).toBe(0);
    python.parallel.size = size;
  });
});
