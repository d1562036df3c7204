import { setTimeout as sleep } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

import { loadCore } from '@nogil/abi';
import { describe, expect, it } from 'vitest';

import { python, type PyProxy } from '../src/index.js';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;
const live = (): number => loadCore().statistics().handlesLive;

const stale = expect.objectContaining({ code: 'STALE_HANDLE' }) as Error;

describe('the same Python object', () => {
  it('is the same proxy, whichever way it comes', () => {
    const box = python.run('class Box: pass\nbox = Box()\nbox.item = [1]\nbox') as PyProxy;
    expect(box.item).toBe(box.item);
    expect(python.eval('box')).toBe(box);
    expect(python.eval('[box, box]')[1]).toBe(box);
    expect([...python.eval('[box.item]')][0]).toBe(box.item);
    expect(python.import('sys')).toBe(python.import('sys'));
    expect(python.eval('lambda x: x')(box)).toBe(box);
  });

  it('costs one handle, however often it comes', () => {
    const kept = python.run('import types\nspace = types.SimpleNamespace(a=[])\nspace') as PyProxy;
    const first: unknown = kept.a;
    const before = live();
    for (let i = 0; i < 1000; i++) expect(kept.a).toBe(first);
    expect(live()).toBe(before);
  });

  it('is told apart from one that is equal', () => {
    const [one, other] = python.eval('[[1], [1]]') as PyProxy;
    expect(one).not.toBe(other);
    expect(python.op.eq(one, other)).toBe(true);
  });

  it('is told apart from a later one at the same address', () => {
    const seen = new Set<unknown>();
    for (let i = 0; i < 2000; i++) {
      const made = python.eval('object()') as PyProxy;
      expect(seen.has(made)).toBe(false);
      seen.add(made);
      made.destroy();
    }
  });

  it('is a new proxy after the old one was destroyed', () => {
    const list = python.run('shared = [1]\nshared') as PyProxy;
    list.destroy();
    const again = python.eval('shared') as PyProxy;
    expect(again === list).toBe(false); // toBe() would look into it
    expect(again[0]).toBe(1);
    expect(() => list[0] as unknown).toThrow(stale);
  });

  it('is a new proxy after the old one was collected, before and after its finalizer ran', async () => {
    python.run('forgotten = [7]');
    const before = live();
    for (let round = 0; round < 20; round++) {
      // In a function of its own, so that nothing on this stack keeps it.
      (() => python.eval('forgotten')[0] as number)();
      await sleep(0); // what a WeakRef shows is kept until the end of the job
      collect();
      const again = python.eval('forgotten') as PyProxy; // its finalizer may not have run
      expect(again[0]).toBe(7);
      await sleep(5);
      expect(again[0]).toBe(7);
      expect(python.eval('forgotten')).toBe(again);
    }
    while (live() > before + 10) {
      collect();
      await sleep(10);
    }
  });

  it('lives on in a method that was taken from its proxy', async () => {
    const { toString } = python.run('named = [1, 2]\nnamed') as { toString: () => string };
    collect();
    await sleep(5);
    collect();
    expect(toString()).toBe('[1, 2]');
    expect(String(python.eval('named'))).toBe('[1, 2]');
  });
});

describe('bound methods', () => {
  it('that were lent to Python come back the same', () => {
    const list = python.eval('[]') as PyProxy;
    const append: unknown = list.append;
    const holder = python.eval('[]') as PyProxy;
    holder.append(append);
    expect(holder[0]).toBe(append);
    (append as (x: number) => void)(1);
    expect(list[0]).toBe(1);
  });

  it('are released when nobody uses them', () => {
    const list = python.eval('[]') as PyProxy;
    const before = live();
    (list.append as PyProxy).destroy();
    expect(live()).toBe(before);
  });
});

describe('a copy', () => {
  it('lives on when the original is destroyed, and the other way round', () => {
    const original = python.eval('[1]') as PyProxy;
    const copy = original.copy();
    const second = copy.copy();
    expect(copy).not.toBe(original);
    expect(python.op.is(copy, original)).toBe(true);
    original.destroy();
    expect(copy[0]).toBe(1);
    copy.destroy();
    expect(second[0]).toBe(1);
    expect(() => copy[0] as unknown).toThrow(stale);
  });

  it('of the object itself is made by the method behind it', () => {
    const list = python.eval('[1]') as PyProxy;
    const made = list.$copy() as PyProxy;
    made.append(2);
    expect(list.length).toBe(1);
    expect(made.length).toBe(2);
  });
});

describe('iteration', () => {
  it('leaves the proxy of an iterator alone', () => {
    const iterator = python.eval('iter([1, 2, 3])') as PyProxy;
    const [first] = iterator;
    expect(first).toBe(1);
    expect(iterator.next()).toEqual({ done: false, value: 2 });
    expect([...iterator]).toEqual([3]);
    expect(String(iterator)).toMatch(/iterator/);
  });

  it('releases its iterator, whether it ends, is abandoned, raises or is forgotten', async () => {
    const list = python.run(`
class Raises:
    def __iter__(self): return self
    def __next__(self): raise ValueError("no")
[1, 2, 3]`) as PyProxy;
    const raises = python.eval('Raises()') as PyProxy;
    expect(() => [...raises]).toThrow('no');
    const before = live();
    for (let i = 0; i < 10; i++) {
      expect([...list]).toEqual([1, 2, 3]);
      for (const value of list) if (value === 1) break;
      expect(() => [...raises]).toThrow('no');
      list[Symbol.iterator]().next();
    }
    while (live() > before + 5) {
      collect();
      await sleep(10);
    }
  });
});

describe('an error', () => {
  it('of a destroyed proxy repeats what was said', () => {
    const list = python.eval('[1]') as PyProxy;
    list.destroy({ message: 'the frame was recycled' });
    list.destroy();
    expect(() => list[0] as unknown).toThrow(/the frame was recycled/);
    expect(() => python.repr([list])).toThrow(/the frame was recycled/);
    expect(() => {
      (python.eval('[1]') as { destroy: (options: unknown) => void }).destroy('why');
    }).toThrow(/message/);
  });
});
