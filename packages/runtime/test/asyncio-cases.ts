/** What asyncio must do on any event loop: with asyncio's own, and with those of other factories. */
import { AsyncLocalStorage } from 'node:async_hooks';
import { once } from 'node:events';

import { describe, expect, it } from 'vitest';

import { NogilError, PythonError, python } from '../src/index.js';
import type { PyAny, PyAwaitable, PyProxy } from '../src/index.js';
import { startWorker } from './worker.js';

type Fn = (...values: unknown[]) => PyAwaitable;

function define(source: string): Fn {
  return python.run(source) as Fn;
}

function run(name: string, ...values: unknown[]): PyProxy {
  return (python.eval(name) as (...given: unknown[]) => PyProxy)(...values);
}

async function failure(promise: PromiseLike<unknown>): Promise<unknown> {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw new Error('it did not fail');
}

function seen(): string[] {
  return python.toJs(python.run('taken, seen = seen, []\ntaken')) as string[];
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5));
}

python.run(`
import asyncio, contextvars, nogil, sys, threading
var = contextvars.ContextVar('var', default=0)
seen = []
async def sleeper():
    try:
        await asyncio.sleep(1000)
    except asyncio.CancelledError as error:
        seen.append(str(error))
        raise
async def stubborn():
    while True:
        try:
            await asyncio.sleep(1000)
        except asyncio.CancelledError:
            seen.append('swallowed')
            if len(seen) > 1: raise
`);

/** Declares the tests. */
export function describeTasks(): void {
  describe('a task that JavaScript awaits', () => {
    it('runs on one loop, on a thread of its own', async () => {
      const where = define(`
async def where():
    return threading.current_thread().name, asyncio.get_running_loop() is nogil.event_loop()
where`);
      const [name, same] = python.toJs(await where()) as unknown[];
      expect([name, same]).toEqual(['nogil-asyncio', true]);
    });

    it('waits for timers, and for others', async () => {
      const gather = define(`
async def gather():
    return sum(await asyncio.gather(*[asyncio.sleep(0.01, i) for i in range(10)]))
gather`);
      expect(await gather()).toBe(45);
    });

    it('takes its place in JavaScript into the error', async () => {
      const fails = define('async def fails():\n    await asyncio.sleep(0)\n    {}["k"]\nfails');
      async function placeInJavaScript(): Promise<unknown> {
        return await fails();
      }
      const error = (await failure(placeInJavaScript())) as PythonError;
      expect(error.name).toBe('KeyError');
      expect(error.stack).toMatch(/at fails .*\n[^]*placeInJavaScript/);
    });

    it('awaits promises, and is told of their rejection', async () => {
      const awaits = define('async def awaits(promise): return (await promise) + 1\nawaits');
      expect(await awaits(Promise.resolve(1))).toBe(2);
      const reason = new RangeError('mine');
      expect(await failure(awaits(Promise.reject(reason)))).toBe(reason);
    });

    it('may end in what is no Exception, and others go on', async () => {
      const leaves = define('async def leaves(): raise SystemExit(3)\nleaves');
      expect(await failure(leaves())).toMatchObject({ name: 'SystemExit' });
      const interrupted = define('async def interrupted(): raise KeyboardInterrupt\ninterrupted');
      expect(await failure(interrupted())).toMatchObject({ name: 'KeyboardInterrupt' });
      const goes = define('async def goes(): return await asyncio.sleep(0, "on")\ngoes');
      expect(await goes()).toBe('on');
    });

    it('may be a future of another loop, as long as that runs', async () => {
      python.run(`
def serve():
    global other, future, stopped
    other = asyncio.new_event_loop()
    future = other.create_future()
    other.call_soon(ready.set)  # it runs from here on, and not before
    other.call_later(0.05, future.set_result, 'from afar')
    other.run_until_complete(future)
    idle = other.create_future()
    other.close()
    globals()['idle'] = idle
ready = threading.Event()
server = threading.Thread(target=serve)
server.start()
ready.wait()`);
      expect(await (python.eval('future') as PyAwaitable)).toBe('from afar');
      python.run('server.join()');
      expect(await (python.eval('future') as PyAwaitable)).toBe('from afar');
      expect(await failure(python.eval('idle') as PyAwaitable)).toMatchObject({
        name: 'RuntimeError',
        message: expect.stringMatching(/does not run/) as unknown,
      });
    });

    it('says so where a loop keeps the promise’s own thread', () => {
      python.run('async def wait(promise): return await promise');
      const blocking = python.eval('lambda promise: asyncio.run(wait(promise))') as (
        promise: Promise<number>,
      ) => PyAny;
      expect(() => blocking(Promise.resolve(1))).toThrow(/await the coroutine from JavaScript/);
    });

    it('can be one of a thousand', async () => {
      const sleep = define('asyncio.sleep');
      const all = Array.from({ length: 1000 }, (_, i) => sleep(0.05, i));
      expect(await Promise.all(all)).toEqual(all.map((_, i) => i));
    });
  });

  describe('cancellation', () => {
    it('comes from a signal, at once for who waits', async () => {
      seen();
      const controller = new AbortController();
      const promise = python.asyncio.run(run('sleeper'), { signal: controller.signal });
      const reason = new RangeError('mine');
      setTimeout(() => {
        controller.abort(reason);
      }, 20);
      expect(await failure(promise)).toBe(reason);
      await until(() => python.eval('len(seen)') === 1);
      expect(seen()).toEqual(['its signal was aborted']);
      const late = python.asyncio.run(run('sleeper'), { signal: controller.signal });
      expect(await failure(late)).toBe(reason);
    });

    it('comes from a timeout', async () => {
      seen();
      const error = await failure(python.asyncio.run(run('sleeper'), { timeout: 20 }));
      expect(error).toMatchObject({ code: 'TIMED_OUT', cause: { name: 'CancelledError' } });
      expect(seen()).toEqual(['its timeout is over']);
    });

    it('reports a task that swallows it', async () => {
      seen();
      const task = run('stubborn');
      const error = await failure(python.asyncio.run(task, { timeout: 20 }));
      expect(error).toMatchObject({ code: 'TIMED_OUT' });
      expect(error).not.toHaveProperty('cause');
      python.run(`
for task in asyncio.all_tasks(nogil.event_loop()): nogil.event_loop().call_soon_threadsafe(task.cancel)`);
      await until(() => python.eval('len(seen)') === 2);
    });

    it('of the task aborts what it waits for in JavaScript', async () => {
      const waits = define(
        'async def waits(fn):\n    return await fn(nogil.abort_signal())\nwaits',
      );
      let given: AbortSignal | undefined;
      const controller = new AbortController();
      const promise = python.asyncio.run(
        waits((signal: AbortSignal) => {
          given = signal;
          return new Promise(() => undefined);
        }),
        { signal: controller.signal },
      );
      await until(() => given !== undefined);
      expect(given?.aborted).toBe(false);
      controller.abort();
      expect(await failure(promise)).toBe(controller.signal.reason);
      await until(() => given?.aborted === true);
      expect(given?.reason).toMatchObject({ name: 'AbortError' });
    });

    it('is refused where nothing can be awaited', async () => {
      for (const value of [1, null, {}, () => 1]) {
        const promise = python.asyncio.run(value as unknown as PyProxy);
        expect(await failure(promise)).toMatchObject({ code: 'INVALID_ARGUMENT' });
      }
      expect(await failure(python.asyncio.run(run('sleeper'), { timeout: 0 }))).toBeInstanceOf(
        NogilError,
      );
      expect(await failure(python.asyncio.run(python.eval('object()') as PyProxy))).toMatchObject({
        name: 'TypeError',
      });
    });
  });

  describe('contexts', () => {
    it('of JavaScript are those in which the coroutine was made', async () => {
      const storage = new AsyncLocalStorage<string>();
      const calls = define(
        'async def calls(fn):\n    await asyncio.sleep(0.005)\n    return fn()\ncalls',
      );
      const begin = (name: string): PyAwaitable =>
        storage.run(name, () => calls(() => storage.getStore()));
      expect(await Promise.all([begin('a'), begin('b'), calls(() => storage.getStore())])).toEqual([
        'a',
        'b',
        null,
      ]);
    });

    it('of Python are those of the caller, for what JavaScript calls back', async () => {
      const calls = define(`
async def calls(fn, value):
    var.set(value)
    await asyncio.sleep(0)
    return fn(), var.get()
calls`);
      const read = python.eval('var.get') as () => number;
      const one = calls(() => read(), 1);
      const two = calls(() => read(), 2);
      expect(python.toJs(await one)).toEqual([1, 1]);
      expect(python.toJs(await two)).toEqual([2, 2]);
      expect(read()).toBe(0);
    });

    it('stay with an asynchronous iteration', async () => {
      const generator = python.run(`
async def counts():
    for i in range(3):
        var.set(var.get() + 1)
        await asyncio.sleep(0)
        yield var.get()
counts()`) as AsyncIterable<number>;
      const values: number[] = [];
      for await (const value of generator) values.push(value);
      expect(values).toEqual(python.eval('sys.version_info >= (3, 11)') ? [1, 2, 3] : [1, 1, 1]);
    });
  });

  describe('workers and asyncio', () => {
    it('share the loop; the tasks of one that ends are cancelled', async () => {
      python.run(
        'seen = []\nlock = None\nasync def hold():\n    global lock\n    lock = asyncio.Lock()',
      );
      await (python.eval('hold()') as PyAwaitable);
      const worker = startWorker(`
      python.run('async def locked():\\n    async with lock: return "in"');
      python.eval('locked()').then((value) => {
        void python.eval('sleeper()').then(() => {});
        parentPort.postMessage(value);
      });
    `);
      const [value] = (await once(worker, 'message')) as [string];
      expect(value).toBe('in');
      await new Promise((resolve) => setTimeout(resolve, 20));
      await worker.terminate();
      await until(() => python.eval('len(seen)') === 1);
      expect(seen()).toEqual(['the JavaScript thread that awaited this ended']);
    });
  });
}
