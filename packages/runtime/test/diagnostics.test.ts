import { subscribe, tracingChannel, unsubscribe } from 'node:diagnostics_channel';
import { once } from 'node:events';
import { type PerformanceEntry, PerformanceObserver } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Worker } from 'node:worker_threads';

import { mutex } from '@nogil/emit-lock';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';

import { type Inspection, type PyProxy, python, type PythonThread } from '../src/index.js';
import { startWorker } from './worker.js';

beforeAll(() => {
  python.start({ threads: 2 });
  python.run(`
import gc, threading, time
gate = threading.Event()
def wait_at_gate(): gate.wait(60)
def spin_until(event):
    while not event.is_set(): pass
def call_in_thread(function, name):
    def call_it(): function()
    thread = threading.Thread(target=call_it, name=name)
    thread.start()
    return thread
def raises(): raise ValueError('of diagnostics')
class Fails:
    def __del__(self): raise ValueError('in a finalizer')
def fail(): Fails()
`);
});

const workers: Worker[] = [];
afterEach(async () => {
  python.start({ diagnostics: false });
  await Promise.all(workers.splice(0).map((worker) => worker.terminate()));
});

function name(text: string): PyProxy {
  return python.eval(text) as PyProxy;
}

function here({ environments }: Inspection): Inspection['environments'][number] {
  const own = environments.find((one) => one.here);
  if (own === undefined) throw new Error('this thread is not among the environments');
  return own;
}

/** Looks until there is such a thread; the test's own deadline ends it otherwise. */
async function threadThat(matches: (thread: PythonThread) => boolean): Promise<PythonThread> {
  for (;;) {
    const found = python.inspect().threads.find(matches);
    if (found !== undefined) return found;
    await sleep(5);
  }
}

describe('python.inspect()', () => {
  it('is plain data about this thread, the core and the process', () => {
    const kept = [name('object()'), name('object()')];
    const seen = python.inspect();
    expect(structuredClone(seen)).toEqual(seen);
    const own = here(seen);
    expect(own).toMatchObject({ state: 'python', operation: 'call' });
    expect(own.held?.proxies).toBeGreaterThanOrEqual(kept.length);
    const { proxies = 0, names = 0, functions = 0, others = 0 } = own.held ?? {};
    expect(proxies + names + functions + others).toBe(own.handles);
    expect(own.handlesPeak).toBeGreaterThanOrEqual(own.handles);
    expect(seen.threads.filter(({ owner }) => owner === 'core')).toHaveLength(1);
    const mine = seen.threads.filter(({ environment }) => environment === own.number);
    expect(mine).toMatchObject([{ owner: 'environment', inside: true }]);
    expect(mine[0]?.id).toBe(python.import('threading').get_ident());
    if (process.platform === 'linux') expect(mine[0]?.nativeId).toBeGreaterThan(0);
    expect(seen.gil).toEqual({
      freeThreaded: python.info().freeThreaded,
      enabled: python.info().gilEnabled,
      enabledBy: undefined,
    });
    expect(seen.collector.generations.length).toBeGreaterThan(0);
    expect(seen.tokens).toBe(0);
  });

  it('says where the threads of the pool are, what is busy and what is queued', async () => {
    python.run('gate.clear()');
    const calls = Array.from({ length: 5 }, () => name('wait_at_gate').callAsync());
    const isPooled = ({ owner, at }: PythonThread): boolean => owner === 'pool' && at !== undefined;
    await threadThat(isPooled);
    while (python.inspect().threads.filter(isPooled).length < 2) await sleep(5);
    const { pool, threads } = python.inspect();
    expect(pool).toEqual({ size: 2, threads: 2, busy: 2, queued: 3 });
    for (const one of threads.filter(({ owner }) => owner === 'pool')) {
      expect(one.inside).toBe(true);
      expect(one.at).toMatch(/threading\.py:\d+ (Condition\.)?wait$/);
    }
    python.run('gate.set()');
    await Promise.all(calls);
    while (python.inspect().pool.busy > 0) await sleep(5);
    expect(python.inspect().pool).toEqual({ size: 2, threads: 2, busy: 0, queued: 0 });
  });

  it('looks at threads that run, again and again, and they go on', async () => {
    python.run('stop = threading.Event()\nthread = None');
    const spinning = name('spin_until').callAsync(name('stop'));
    // The picture is not of one instant: the thread may have begun between its two halves.
    const thread = await threadThat(
      ({ at, inside }) => inside === true && (at?.endsWith(' spin_until') ?? false),
    );
    expect(thread).toMatchObject({ owner: 'pool' });
    for (let i = 0; i < 50; i++) python.inspect();
    python.run('stop.set()');
    expect(await spinning).toBeNull();
  });

  it('says what a thread waits for: a callback', async () => {
    let seen: Inspection | undefined;
    const caller = name('call_in_thread')(() => 1, 'calls back') as PyProxy;
    const look = (): void => {
      // This thread is in Python's hands, below; so the call of the other one stands in line.
      do {
        seen = python.inspect();
      } while (!seen.threads.some(({ name: its, waitsFor }) => its === 'calls back' && waitsFor));
    };
    name('lambda function: function()')(look);
    const { number, queued } = here(seen as Inspection);
    expect(queued).toBeGreaterThanOrEqual(1);
    const waiting = seen?.threads.find(({ name: its }) => its === 'calls back');
    expect(waiting).toMatchObject({
      owner: 'python',
      daemon: expect.any(Boolean) as boolean,
      at: expect.stringMatching(/ (call_in_thread\.<locals>\.)?call_it$/) as string,
      waitsFor: `callback into environment ${number}`,
    });
    await caller.join.callAsync();
    expect(python.inspect().threads.some(({ waitsFor }) => waitsFor !== undefined)).toBe(false);
  });

  it('says what a worker does, and which mutex it waits for', async () => {
    const held = mutex('of "diagnostics"').lockSync();
    const worker = startWorker(`
      const { mutex } = require(require.resolve('@nogil/emit-lock', { paths: [${JSON.stringify(
        import.meta.dirname,
      )}] }));
      python.start();
      const held = mutex('of "diagnostics"').lockSync();
      held.release();
      parentPort.postMessage('had it');`);
    workers.push(worker);
    const { environment } = await threadThat(
      ({ waitsFor }) => waitsFor === 'mutex "of \\"diagnostics\\""',
    );
    const theirs = python.inspect().environments.find(({ number }) => number === environment);
    expect(theirs).toMatchObject({ threadId: worker.threadId, here: false, held: undefined });
    held.release();
    expect(await once(worker, 'message')).toEqual(['had it']);
  });

  it('has the times of collections once they are asked for', () => {
    python.start({ diagnostics: true });
    const before = python.inspect().collector.times?.count ?? NaN;
    python.run('gc.collect()');
    const { times } = python.inspect().collector;
    expect(times?.count).toBeGreaterThan(before);
    expect(times?.longest).toBeGreaterThan(0);
    expect(times?.total).toBeGreaterThanOrEqual(times?.longest ?? Infinity);
  });

  it('counts tokens', () => {
    const token = python.share(name('object()'));
    expect(python.inspect().tokens).toBe(1);
    python.unshare(token);
  });
});

describe('tracing channels', () => {
  interface Seen {
    readonly operation: string;
    readonly function: string | undefined;
    readonly result?: unknown;
    readonly error?: unknown;
  }

  function watch(what: string): { readonly events: [string, Seen][]; readonly end: () => void } {
    const events: [string, Seen][] = [];
    const note = (event: string) => (message: unknown) => {
      events.push([event, message as Seen]);
    };
    const subscribers = {
      start: note('start'),
      end: note('end'),
      asyncStart: note('asyncStart'),
      asyncEnd: note('asyncEnd'),
      error: note('error'),
    };
    const traced = tracingChannel(what);
    traced.subscribe(subscribers);
    return {
      events,
      end: () => {
        traced.unsubscribe(subscribers);
      },
    };
  }

  it('follow callAsync from its call to its end', async () => {
    const { events, end } = watch('nogil.callAsync');
    const sum = name('lambda a, b: a + b');
    expect(await python.callAsync(sum, [1, 2])).toBe(3);
    expect(await sum.callAsync(3, 4)).toBe(7);
    const kinds = ['start', 'end', 'asyncStart', 'asyncEnd'];
    expect(events.map(([kind]) => kind)).toEqual([...kinds, ...kinds]);
    expect(events[3]?.[1]).toMatchObject({
      operation: 'callAsync',
      function: '__main__.<lambda>',
      result: 3,
    });
    events.length = 0;
    await expect(name('raises').callAsync()).rejects.toThrow('of diagnostics');
    expect(events.map(([kind]) => kind)).toEqual([
      'start',
      'end',
      'error',
      'asyncStart',
      'asyncEnd',
    ]);
    end();
    events.length = 0;
    await sum.callAsync(5, 6);
    expect(events).toEqual([]);
  });

  it('follow python.parallel', async () => {
    const { events, end } = watch('nogil.parallel');
    expect(await python.parallel.map(name('abs'), [-1, -2])).toEqual([1, 2]);
    expect(await python.parallel.all([{ fn: name('abs'), args: [-3] }])).toEqual([3]);
    expect(events.map(([kind]) => kind).filter((kind) => kind === 'asyncEnd')).toHaveLength(2);
    expect(events[0]?.[1]).toMatchObject({ operation: 'parallel', function: 'abs' });
    end();
  });

  it('leave the stack of an error as it is', async () => {
    const { end } = watch('nogil.callAsync');
    const failed = async function theCaller(): Promise<unknown> {
      return name('raises')
        .callAsync()
        .catch((error: unknown) => error);
    };
    const top = (error: unknown): string[] => {
      const lines = (error as Error).stack?.split('\n').slice(0, 3) ?? [];
      return lines.map((line) => line.replace(/:\d+:\d+/, ''));
    };
    const traced = top(await failed());
    end();
    expect(traced[2]).toContain('theCaller');
    expect(traced).toEqual(top(await failed()));
  });
});

describe('performance entries', () => {
  async function entriesOf(work: () => Promise<unknown>): Promise<PerformanceEntry[]> {
    const entries: PerformanceEntry[] = [];
    const observer = new PerformanceObserver((list) => {
      entries.push(...list.getEntries().filter((entry) => entry.name.startsWith('nogil.')));
    });
    observer.observe({ entryTypes: ['measure'] });
    await work();
    await sleep(20);
    observer.disconnect();
    return entries;
  }

  const work = async (): Promise<void> => {
    await name('abs').callAsync(-1);
    await name('raises')
      .callAsync()
      .catch(() => undefined);
    await python.parallel.map(name('abs'), [1]);
  };

  it('are made while they are switched on, and the timeline does not keep them', async () => {
    expect(await entriesOf(work)).toEqual([]);
    python.start({ diagnostics: true });
    const entries = await entriesOf(work);
    expect(entries.map((entry) => entry.name)).toEqual([
      'nogil.callAsync',
      'nogil.callAsync',
      'nogil.parallel',
    ]);
    expect(entries[0]?.duration).toBeGreaterThanOrEqual(0);
    expect(performance.getEntriesByName('nogil.callAsync')).toEqual([]);
    python.start({ diagnostics: false });
    expect(await entriesOf(work)).toEqual([]);
  });

  it('are refused in another way than true or false', () => {
    expect(() => python.start({ diagnostics: 1 as unknown as boolean })).toThrow(
      /diagnostics is 1; it is true or false/,
    );
  });
});

describe('channels', () => {
  it('nogil:unraisable tells what nobody could catch, and Python prints it all the same', async () => {
    python.run(`
import sys
printed, previous = [], sys.unraisablehook
sys.unraisablehook = lambda args: printed.append(str(args.exc_value))`);
    const seen: unknown[] = [];
    const note = (message: unknown): void => {
      seen.push(message);
    };
    subscribe('nogil:unraisable', note);
    python.start({ diagnostics: true });
    name('fail')();
    while (seen.length === 0) await sleep(5);
    expect(seen).toMatchObject([{ source: 'unraisable', error: { message: 'in a finalizer' } }]);
    expect([...name('printed')]).toEqual(['in a finalizer']);
    // Whoever listens takes it from Python; the channel goes on.
    const stop = python.on('unraisable', () => undefined);
    name('fail')();
    while (seen.length === 1) await sleep(5);
    expect(name('printed').length).toBe(1);
    stop();
    name('fail')();
    while (seen.length === 2) await sleep(5);
    expect(name('printed').length).toBe(2);
    python.start({ diagnostics: false });
    unsubscribe('nogil:unraisable', note);
    name('fail')();
    expect(name('printed').length).toBe(3);
    python.run('sys.unraisablehook = previous');
    expect(seen).toHaveLength(3);
  });

  it('nogil:deadlock tells of a thread that would have waited for ever', () => {
    const seen: unknown[] = [];
    const note = (message: unknown): void => {
      seen.push(message);
    };
    subscribe('nogil:deadlock', note);
    python.start({ callbackTimeout: 100 });
    const outcome = python.run(`
def deadlock(function):
    errors = []
    def call():
        try: function()
        except Exception as error: errors.append(error)
    thread = threading.Thread(target=call)
    thread.start()
    thread.join()
    raise errors[0]
deadlock`) as (function_: () => void) => void;
    expect(() => {
      outcome(() => undefined);
    }).toThrow(expect.objectContaining({ code: 'DEADLOCK' }));
    python.start({ callbackTimeout: 30_000 });
    unsubscribe('nogil:deadlock', note);
    expect(seen).toMatchObject([{ error: { type: 'nogil.DeadlockError' } }]);
  });
});
