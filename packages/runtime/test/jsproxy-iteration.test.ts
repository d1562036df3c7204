import { describe, expect, it } from 'vitest';

import { python } from '../src/index.js';
import { check } from './jsproxy.js';

describe('iterators and generators of JavaScript in Python', () => {
  it('are iterators: what they return is the value of StopIteration', () => {
    check(
      `
import collections.abc as abc
assert isinstance(x, abc.Iterator) and iter(x) is x
assert next(x) == 1 and next(x) == 2
try:
    next(x)
except StopIteration as end:
    assert end.value == 'over'
else:
    raise AssertionError
assert list(x) == []`,
      (function* () {
        yield 1;
        yield 2;
        return 'over';
      })(),
    );
  });

  it('are generators: send, throw and close are next, throw and return', () => {
    const seen: unknown[] = [];
    check(
      `
import collections.abc as abc
assert isinstance(x, abc.Generator)
assert next(x) == 'first' and x.send(5) == 'second'
assert x.throw(ValueError('thrown')) == 'caught'
x.close()
assert raises(StopIteration, lambda: next(x)) == ''
def delegate(): return (yield from y)
d = delegate()
assert next(d) == 1 and raises(StopIteration, lambda: d.send(3)) == '3'`,
      (function* () {
        try {
          seen.push(yield 'first');
          try {
            yield 'second';
          } catch (error) {
            seen.push((error as Error).message);
            yield 'caught';
          }
        } finally {
          seen.push('finally');
        }
      })(),
      (function* (): Generator<unknown, unknown, unknown> {
        return yield 1;
      })(),
    );
    expect(seen).toEqual([5, 'thrown', 'finally']);
  });

  it('that throw raise; those without end can be left', () => {
    check(
      `
import itertools
assert list(itertools.islice(y, 3)) == [0, 1, 2]
assert 'broken' in raises(Exception, lambda: list(x))`,
      (function* () {
        yield 1;
        throw new Error('broken');
      })(),
      (function* () {
        for (let i = 0; ; i++) yield i;
      })(),
    );
  });

  it('are made of iterables each time', () => {
    class Countdown {
      *[Symbol.iterator](): Generator<number> {
        yield 2;
        yield 1;
      }
    }
    check(`assert list(x) == [2, 1] == list(x) and sum(x) == 3`, new Countdown());
  });
});

describe('with', () => {
  it('ends what is disposable, also when its body raises', () => {
    let ended = 0;
    class Resource {
      [Symbol.dispose](): void {
        ended += 1;
      }
    }
    check(
      `
with x as same:
    assert same is x
def body():
    with x:
        raise ValueError('body')
assert raises(ValueError, body) == 'body'`,
      new Resource(),
    );
    expect(ended).toBe(2);
  });
});

describe('await', () => {
  /** Runs Python's coroutine function on a loop in a thread of Python's; resolves when it is over. */
  async function onLoop(code: string, ...values: unknown[]): Promise<unknown> {
    const start = python.run(`
import asyncio, threading
def start(done, *values):
    namespace = {}
    exec(${JSON.stringify(code)}, namespace)
    def run():
        try:
            done(True, asyncio.run(namespace['main'](*values)))
        except BaseException as error:
            done(False, repr(error))
    threading.Thread(target=run, daemon=True).start()
start`) as (...values: unknown[]) => unknown;
    return await new Promise((resolve, reject) => {
      start(
        (good: boolean, value: unknown) => {
          if (good) resolve(value);
          else reject(new Error(String(value)));
        },
        ...values,
      );
    });
  }

  it('takes promises and other thenables, on any loop', async () => {
    const thenable = {
      then: (resolve: (value: unknown) => void) => {
        resolve('thenable');
      },
    };
    const later = new Promise((resolve) => setTimeout(resolve, 5, 'later'));
    await expect(
      onLoop(
        `
import collections.abc as abc
async def main(now, later, thenable):
    assert isinstance(now, abc.Awaitable)
    return [await now, await later, await thenable]`,
        Promise.resolve(1),
        later,
        Object.assign(Object.create({}) as object, thenable),
      ).then((list) => [...(list as Iterable<unknown>)]),
    ).resolves.toEqual([1, 'later', 'thenable']);
  });

  it('raises what a promise is rejected with', async () => {
    await expect(
      onLoop(
        `
async def main(bad):
    try:
        await bad()
    except Exception as error:
        return str(error)`,
        () => Promise.reject(new RangeError('no such luck')),
      ),
    ).resolves.toContain('no such luck');
  });

  it('goes over asynchronous iterators and generators', async () => {
    async function* numbers(): AsyncGenerator<unknown, void, unknown> {
      const sent = yield 1;
      await Promise.resolve();
      yield sent;
    }
    await expect(
      onLoop(
        `
import collections.abc as abc
async def main(numbers, others):
    assert isinstance(numbers, abc.AsyncGenerator)
    seen = [n async for n in numbers]
    first = await others.asend(None)
    seen += [first, await others.asend('sent')]
    await others.aclose()
    return repr(seen)`,
        numbers(),
        numbers(),
      ),
    ).resolves.toBe("[1, None, 1, 'sent']");
  });

  it('is over when the loop gives up first', async () => {
    const never = new Promise(() => undefined);
    await expect(
      onLoop(
        `
import asyncio
async def main(never):
    try:
        await asyncio.wait_for(never, 0.01)
    except asyncio.TimeoutError:
        return 'gave up'`,
        never,
      ),
    ).resolves.toBe('gave up');
  });
});

describe('from other threads', () => {
  it('of Python an object is used on its owner', async () => {
    class Counter {
      count = 0;
      next_(): number {
        return ++this.count;
      }
    }
    const counter = new Counter();
    const start = python.run(`
import threading
def start(counter, done):
    def run():
        for _ in range(100):
            counter.next_()
        if counter.count == 100:
            done()
    threading.Thread(target=run, daemon=True).start()
start`) as (...values: unknown[]) => unknown;
    await new Promise<void>((resolve) => {
      start(counter, () => {
        resolve();
      });
    });
    expect(counter.count).toBe(100);
  });
});
