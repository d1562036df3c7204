import { describe, expect, it } from 'vitest';

import { kw, python, type PyProxy } from '../src/index.js';

/** Its methods have been read before: from the second time on they are put off until more is done than calling them. */
function thing(): PyProxy {
  const made = python.run(`
class Thing:
    def __init__(self): self.log = []
    def method(self, a=0, *, b=0): return (a, b, self.log.append(a))[0] + b
    def me(self): return self
    def fails(self): raise KeyError('lost')
    @classmethod
    def of_class(cls): return cls.__name__
    @staticmethod
    def of_none(a): return a
    @property
    def read(self): return lambda: 'property'
Thing()`) as PyProxy;
  for (let i = 0; i < 3; i++) {
    made.method(0);
    made.me();
    made.of_class();
    made.of_none(1);
    made.read();
  }
  return made;
}

describe('a method', () => {
  it('is called with its object, by position and by name', () => {
    const it = thing();
    expect(it.method(3)).toBe(3);
    expect(it.method(3, kw({ b: 4 }))).toBe(7);
    expect(it.method.callKwargs(3, { b: 4 })).toBe(7);
    expect(it.method([1].length)).toBe(1);
    expect(it.me()).toBe(it);
    expect(it.of_class()).toBe('Thing');
    expect(it.of_none(5)).toBe(5);
    expect(it.read()).toBe('property');
  });

  it('takes objects', () => {
    const list = python.builtins.list();
    for (let i = 0; i < 4; i++) list.append({ i });
    list.append(list);
    expect(list.length).toBe(5);
    expect(list[4]).toBe(list);
  });

  it('raises with the stack of its caller', () => {
    const it = thing();
    for (let i = 0; i < 3; i++) {
      expect(() => it.fails() as unknown).toThrow(
        expect.objectContaining({
          type: 'KeyError',
          stack: expect.stringContaining('methods.test') as string,
        }) as Error,
      );
    }
  });

  it('stays what it was when it was read', () => {
    const it = thing();
    const before = it.method;
    python.run('type(it).method = lambda self, a=0: "new"', { globals: { it } });
    expect(it.method(1)).toBe('new');
    expect(before(1)).toBe(1);
    python.run('it.method = lambda a=0: "own"', { globals: { it } });
    expect(it.method(1)).toBe('own');
    delete it.method;
    expect(it.method(1)).toBe('new');
    python.run('del type(it).method', { globals: { it } });
    expect(it.method).toBeUndefined();
    expect(before(2)).toBe(2);
  });

  it('is a method of one object, whatever others have under its name', () => {
    const it = thing();
    const other = python.run('class Other: method = 5\nOther()') as PyProxy;
    for (let i = 0; i < 3; i++) {
      expect(it.method(i)).toBe(i);
      expect(other.method).toBe(5);
    }
  });

  it('outlives the proxy of its object', () => {
    const it = thing();
    const log = it.log as PyProxy;
    const { method } = it;
    const shown = it.me;
    it.destroy();
    expect(method(7)).toBe(7);
    expect(log[log.length - 1]).toBe(7);
    expect(String(shown)).toMatch(/bound method Thing.me/);
    expect(() => it.method as unknown).toThrow(
      expect.objectContaining({ code: 'STALE_HANDLE' }) as Error,
    );
  });

  it('outlives a destroyed proxy of its function', () => {
    const it = thing();
    const { method } = it;
    const type = python.builtins.type(it) as PyProxy;
    (type.method as PyProxy).destroy();
    expect(method(8)).toBe(8);
    expect(it.method(9)).toBe(9);
  });

  it('can be destroyed itself', () => {
    const it = thing();
    const { method } = it;
    method.destroy();
    expect(() => method(1) as unknown).toThrow(
      expect.objectContaining({ code: 'STALE_HANDLE' }) as Error,
    );
    expect(it.method(1)).toBe(1);
  });

  it('is a Python object like any other', () => {
    const it = thing();
    const { method } = it;
    expect(method.__self__).toBe(it);
    expect(method.__name__).toBe('method');
    expect(python.run('a == b', { globals: { a: method, b: it.method } })).toBe(true);
    expect(python.run('a', { globals: { a: method } })).toBe(method);
    expect(method(4)).toBe(4);
  });

  it('keeps its object no longer than it is wanted itself', () => {
    const fresh = (python.builtins.type(thing()) as PyProxy)() as PyProxy;
    const gone = python.run('import weakref; weakref.ref(it)', {
      globals: { it: fresh },
    }) as PyProxy;
    // Not by calling it from here: a proxy of the object would keep it.
    const ended = (): unknown => python.run('gone() is None', { globals: { gone } });
    const { method, me } = fresh;
    expect(method(1)).toBe(1);
    fresh.destroy();
    method.destroy();
    expect(ended()).toBe(false);
    me.destroy();
    expect(ended()).toBe(true);
  });
});
