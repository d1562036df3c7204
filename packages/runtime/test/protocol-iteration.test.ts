import { describe, expect, it } from 'vitest';

import {
  python,
  type PyAsyncGenerator,
  type PyAwaitable,
  type PyGenerator,
  type PyProxy,
} from '../src/index.js';

const raises = (type: string): Error => expect.objectContaining({ type }) as Error;

const echo = (): PyGenerator<unknown> =>
  python.run(`
log = []
def echo():
    got = None
    try:
        while got != "end":
            try:
                got = yield got
            except KeyError as error:
                got = "caught " + str(error)
    finally:
        log.append("closed")
    return "result"
echo()`) as PyGenerator<unknown>;

const log = (): string => String(python.eval('log'));

describe('a generator', () => {
  it('takes values, and tells what it returns', () => {
    const generator = echo();
    expect(generator.next()).toEqual({ done: false, value: null });
    expect(generator.next('a')).toEqual({ done: false, value: 'a' });
    expect(generator.next('end')).toEqual({ done: true, value: 'result' });
    expect(generator.next()).toEqual({ done: true, value: null });
    expect(log()).toBe("['closed']");
  });

  it('takes exceptions, of both languages', () => {
    const generator = echo();
    generator.next();
    const key: unknown = python.builtins.KeyError('k');
    expect(generator.throw(key)).toEqual({ done: false, value: "caught 'k'" });
    expect(() => generator.throw(new RangeError('far'))).toThrow(new RangeError('far'));
    expect(log()).toBe("['closed']");
    expect(generator.next()).toEqual({ done: true, value: null });
  });

  it('takes a Python exception that JavaScript caught', () => {
    let error: unknown;
    try {
      python.eval('{}["k"]');
    } catch (caught) {
      error = caught;
    }
    const generator = echo();
    generator.next();
    expect(generator.throw(error)).toEqual({ done: false, value: "caught 'k'" });
    generator.return();
  });

  it('is closed by return, and its finally runs', () => {
    const generator = echo();
    generator.next();
    expect(generator.return(5)).toEqual({ done: true, value: 5 });
    expect(log()).toBe("['closed']");
  });

  it('that ignores its end is an error', () => {
    const stubborn = python.run(`
def stubborn():
    while True:
        try: yield 1
        except GeneratorExit: pass
stubborn()`) as PyGenerator<number>;
    stubborn.next();
    expect(() => stubborn.return()).toThrow(raises('RuntimeError'));
    expect(() => {
      for (const value of stubborn) if (value === 1) break;
    }).toThrow(raises('RuntimeError'));
    python.run('del stubborn');
  });

  it('that raises, raises, and is at its end', () => {
    const failing = python.run(
      'def f():\n  yield 1\n  raise LookupError("no")\nf()',
    ) as PyGenerator;
    failing.next();
    expect(() => failing.next()).toThrow(raises('LookupError'));
    expect(failing.next()).toEqual({ done: true, value: null });
  });

  it('without end can be taken from', () => {
    const endless = python.import('itertools').count() as PyProxy;
    const taken: number[] = [];
    for (const value of endless) {
      taken.push(value as number);
      if (taken.length === 3) break;
    }
    expect(taken).toEqual([0, 1, 2]);
    expect(endless.next()).toEqual({ done: false, value: 3 });
  });

  it('keeps its own methods behind the $', () => {
    const generator = echo();
    generator.next();
    expect(() => generator.$throw(python.builtins.ValueError('v')) as unknown).toThrow(
      raises('ValueError'),
    );
  });

  it('that runs already says so', () => {
    const g = python.run('def selfish():\n  yield next(it)\nit = selfish()\nit') as PyGenerator;
    expect(() => g.next()).toThrow(/already executing/);
  });

  it('closes when the body of the loop throws, and that error comes out', () => {
    const mine = new Error('mine');
    const generator = echo();
    expect(() => {
      for (const value of generator) {
        expect(value).toBeNull();
        throw mine;
      }
    }).toThrow(mine);
    expect(log()).toBe("['closed']");
  });
});

describe('an iterator', () => {
  it('by items ends with IndexError, and one by __iter__ = None is none', () => {
    const items = python.run(
      'class Items:\n  def __getitem__(self, i): return [1, 2][i]\nItems()',
    ) as PyProxy;
    expect([...items]).toEqual([1, 2]);
    const not = python.run(
      'class Not:\n  __iter__ = None\n  def __getitem__(self, i): return 1\nNot()',
    ) as PyProxy;
    expect(() => [...not]).toThrow(TypeError);
  });

  it('that is none, and __iter__ that raises, are errors', () => {
    const wrong = python.run('class W:\n  def __iter__(self): return 5\nW()') as PyProxy;
    expect(() => [...wrong]).toThrow(raises('TypeError'));
    const broken = python.run('class B:\n  def __iter__(self): 1/0\nB()') as PyProxy;
    expect(() => [...broken]).toThrow(raises('ZeroDivisionError'));
  });

  it('of an instance is not what counts', () => {
    const own = python.run('class O: pass\no = O()\no.__iter__ = lambda: iter([1])\no') as PyProxy;
    expect(own[Symbol.iterator]).toBeUndefined();
  });

  it('notices a dict that changes', () => {
    const dict = python.eval('{1: 1}') as PyProxy;
    expect(() => {
      for (const key of dict) dict.update(python.eval(`{${key as number} + 1: 1}`));
    }).toThrow(raises('RuntimeError'));
  });
});

describe('python.iter and python.next', () => {
  it('go on where they were', () => {
    const iterator = python.iter([1, 2]);
    expect(python.next(iterator)).toBe(1);
    expect(python.next(iterator, null)).toBe(2);
    expect(python.next(iterator, 'over')).toBe('over');
    expect(() => python.next(iterator) as unknown).toThrow(raises('StopIteration'));
  });
});

describe('a coroutine', () => {
  const add = (): PyAwaitable<number> =>
    python.run(`
import asyncio
async def inner(x):
    await asyncio.sleep(0)
    return x
async def add(a, b):
    return await inner(a) + await inner(b)
add(1, 2)`) as PyAwaitable<number>;

  it('can be awaited, and more than once', async () => {
    const coroutine = add();
    expect(await coroutine).toBe(3);
    expect(await coroutine).toBe(3);
    await expect(add().then((value) => value * 2)).resolves.toBe(6);
    let ended = false;
    await add().finally(() => {
      ended = true;
    });
    expect(ended).toBe(true);
  });

  it('lets the event loop of JavaScript run', async () => {
    let turns = 0;
    const timer = setInterval(() => turns++, 1);
    await (python.run('async def wait(): await asyncio.sleep(0.1)\nwait()') as PyAwaitable);
    clearInterval(timer);
    expect(turns).toBeGreaterThan(1);
  });

  it('that raises, rejects', async () => {
    const failing = python.run('async def fail(): {}["k"]\nfail()') as PyAwaitable;
    await expect(failing).rejects.toThrow(raises('KeyError'));
    await expect(failing.catch(() => 'caught')).resolves.toBe('caught');
  });

  it('that waits for nothing an event loop knows says so, and its finally runs', async () => {
    const sleeping = python.run(`
ended = []
class Forever:
    def __await__(self): yield self
async def sleep():
    try: await Forever()
    finally: ended.append(1)
sleep()`) as PyAwaitable;
    await expect(sleeping).rejects.toThrow(/bad yield/);
    expect(String(python.eval('ended'))).toBe('[1]');
  });

  it('is no promise in anything else', async () => {
    expect(python.eval('object()').then).toBeUndefined();
    const list = python.eval('[1]') as PyProxy;
    expect(await Promise.resolve(list)).toBe(list);
  });

  it('of a class is awaited by its type', async () => {
    const custom = python.run(
      'class A:\n  def __await__(self):\n    return 7\n    yield\nA()',
    ) as PyAwaitable;
    expect(await custom).toBe(7);
    expect(await custom).toBe(7);
    const wrong = python.run('class W:\n  def __await__(self): return 7\nW()') as PyAwaitable;
    await expect(wrong).rejects.toThrow(raises('TypeError'));
  });
});

describe('an asynchronous generator', () => {
  const numbers = (): PyAsyncGenerator<number> =>
    python.run(`
import asyncio
closed = []
async def numbers():
    try:
        for i in range(3):
            await asyncio.sleep(0)
            got = yield i
            if got: closed.append(got)
    finally:
        closed.append("closed")
numbers()`) as PyAsyncGenerator<number>;

  it('is iterated with for await', async () => {
    const seen: number[] = [];
    for await (const value of numbers()) seen.push(value);
    expect(seen).toEqual([0, 1, 2]);
    expect(String(python.eval('closed'))).toBe("['closed']");
  });

  it('is closed when the loop is left', async () => {
    for await (const value of numbers()) {
      expect(value).toBe(0);
      break;
    }
    expect(String(python.eval('closed'))).toBe("['closed']");
  });

  it('takes values and exceptions', async () => {
    const generator = numbers();
    expect(await generator.next()).toEqual({ done: false, value: 0 });
    expect(await generator.next('sent')).toEqual({ done: false, value: 1 });
    await expect(generator.throw(new Error('mine'))).rejects.toThrow(/mine/);
    expect(await generator.next()).toEqual({ done: true, value: undefined });
    expect(String(python.eval('closed'))).toBe("['sent', 'closed']");
    const other = numbers();
    await other.next();
    expect(await other.return(5)).toEqual({ done: true, value: 5 });
  });

  it('that raises, raises', async () => {
    const failing = python.run(
      'async def f():\n  yield 1\n  raise LookupError("no")\nf()',
    ) as PyAsyncGenerator;
    await expect(
      (async () => {
        for await (const value of failing) expect(value).toBe(1);
      })(),
    ).rejects.toThrow(raises('LookupError'));
    expect(python.eval('[1]')[Symbol.asyncIterator]).toBeUndefined();
  });
});
