import { once } from 'node:events';

import { describe, expect, it } from 'vitest';

import { openCompletion } from '../src/concurrency/completion.js';
import { environment } from '../src/environment.js';
import { captureSite } from '../src/errors/stack.js';
import { PythonError, python } from '../src/index.js';
import type { PyProxy } from '../src/index.js';
import { startWorker } from './worker.js';

python.run(`
import threading
completions = []
def on_thread(function, *values):
    thread = threading.Thread(target=function, args=values)
    thread.start()
    thread.join()
`);

/** A promise, whose Completion is now the last of `completions` in Python. */
function begin(): Promise<unknown> {
  const here = environment();
  const { promise, handle } = openCompletion(here, captureSite(begin));
  const append = python.eval('completions.append') as (value: unknown) => void;
  append(handle.handle);
  handle.release();
  return promise;
}

describe('a promise that Python settles', () => {
  it('is resolved from any thread, with what a call would have answered', async () => {
    const promise = begin();
    python.run('on_thread(completions.pop().resolve, 42)');
    expect(await promise).toBe(42);
    const list = begin();
    python.run('on_thread(completions.pop().resolve, [1, 2])');
    const proxy = (await list) as { length: number };
    expect(proxy.length).toBe(2);
  });

  it('is settled once', async () => {
    const promise = begin();
    python.run(`
one = completions.pop()
assert one.is_open()
assert one.resolve('first') is True
assert one.resolve('second') is False and one.reject(ValueError()) is False
assert not one.is_open()
del one`);
    expect(await promise).toBe('first');
  });

  it('is rejected with the traceback of Python and the place in JavaScript', async () => {
    async function placeInJavaScript(): Promise<unknown> {
      return begin();
    }
    const promise = placeInJavaScript();
    python.run(`
def place_in_python():
    raise KeyError('k')
def work(completion):
    try:
        place_in_python()
    except BaseException as error:
        completion.reject(error)
on_thread(work, completions.pop())`);
    const error = await promise.then(
      () => undefined,
      (reason: unknown) => reason as PythonError,
    );
    expect(error).toBeInstanceOf(python.errors.KeyError);
    expect(error?.stack).toMatch(/place_in_python/);
    expect(error?.stack).toMatch(/placeInJavaScript/);
  });

  it('is rejected when Python drops it', async () => {
    const promise = begin();
    python.run('completions.clear()');
    await expect(promise).rejects.toMatchObject({ code: 'ABANDONED' });
  });

  it('gives an error of JavaScript back as what it was', async () => {
    const mine = new TypeError('mine');
    const promise = begin();
    python.globals.set?.('thrower', () => {
      throw mine;
    });
    python.run(`
try:
    thrower()
except Exception as error:
    completions.pop().reject(error)`);
    await expect(promise).rejects.toBe(mine);
  });
});

describe('a promise whose outcome cannot be told', () => {
  it('is rejected where an exception cannot be read', async () => {
    const promise = begin();
    python.run(`
one = completions.pop()
post_outcome = type(one)._tell.__globals__['_post_outcome']
post_outcome(one._settle.pop(), one._number, 1, None)   # rejected, by no _Outcome
del one`);
    await expect(promise).rejects.toThrow();
  });

  it('is dropped where there is no memory to tell an exception', async () => {
    const seen = new Promise<unknown>((done) => {
      const stop = python.on('unraisable', (event) => {
        stop();
        done(event.error);
      });
    });
    const raises = python.run('def raises():\n    raise KeyError("k")\nraises') as PyProxy;
    const promise = begin();
    python.run(`
space = type(completions.pop())._tell.__globals__
made = space['_Outcome']
def none(exception):
    raise MemoryError
space['_Outcome'] = none`);
    await expect(promise).rejects.toMatchObject({ code: 'ABANDONED' });
    await expect(raises.callAsync()).rejects.toMatchObject({ code: 'ABANDONED' });
    python.run(`space['_Outcome'] = made`);
    expect(await seen).toMatchObject({ type: 'MemoryError' });
  });

  it('stays open where what settles it raises, and is dropped with it', async () => {
    const promise = begin();
    python.run(`
one = completions.pop()
space = type(one)._tell.__globals__
real = space['_post_outcome']
def fails(*values):
    raise MemoryError
space['_post_outcome'] = fails
try:
    one.resolve(1)
except MemoryError:
    pass
else:
    raise AssertionError
finally:
    space['_post_outcome'] = real
assert one.is_open()
del one`);
    await expect(promise).rejects.toMatchObject({ code: 'ABANDONED' });
  });
});

describe('_post', () => {
  void begin().catch(() => undefined);
  python.run('post = type(completions.pop())._tell.__globals__["_post"]');

  it('keeps the order of one thread, never waits, and reports what the function throws', async () => {
    const seen: number[] = [];
    const errors: unknown[] = [];
    const stop = python.on('unraisable', (event) => errors.push(event.error));
    const fn = (value: number): void => {
      seen.push(value);
      if (value === 5) throw new RangeError('five');
    };
    python.globals.set?.('posted', fn);
    python.run(`
def many():
    for i in range(10):
        assert post(posted, i) is True
on_thread(many)
many()`);
    expect(seen).toEqual([]);
    while (seen.length < 20 || errors.length < 2) {
      await new Promise((done) => setTimeout(done, 5));
    }
    stop();
    const once = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];
    expect(seen).toEqual([...once, ...once]);
    expect(errors.every((error) => error instanceof RangeError)).toBe(true);
    expect(() => {
      python.run('post(1)');
    }).toThrow(/JavaScript|JsObject|TypeError/);
    expect(() => {
      python.run('post()');
    }).toThrow(python.errors.TypeError);
  });

  it('says that a worker has ended, and drops what waited for it', async () => {
    const worker = startWorker(
      `python.globals.set('of_worker', () => { for (;;) ; });
       parentPort.on('message', () => undefined);
       parentPort.postMessage('ready');`,
    );
    await once(worker, 'message');
    python.run(`
class Kept: pass
import weakref, gc
kept = Kept()
seen = weakref.ref(kept)
assert post(of_worker, 1) is True   # never comes back
assert post(of_worker, kept) is True
del kept`);
    await new Promise((done) => setTimeout(done, 50));
    await worker.terminate();
    python.run(`
gc.collect()
assert seen() is None
assert post(of_worker, 1) is False
del of_worker`);
  });
});
