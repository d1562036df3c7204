import { inspect } from 'node:util';

import { describe, expect, it } from 'vitest';

import { kw, NogilError, python, type PyProxy } from '../src/index.js';

const thing = (): PyProxy =>
  python.run(`
class Thing:
    kind = "thing"
    destroy = "hidden"
    def __init__(self): self.size = 3
    def method(self, a, b=2, *rest, c=0, **more): return f"{a} {b} {rest} {c} {more}"
    def __str__(self): return "a thing"
    def __repr__(self): return "<Thing>"
    def __call__(self, x): return x + 1
Thing()`) as PyProxy;

const stale = expect.objectContaining({ code: 'STALE_HANDLE' }) as Error;

describe('attributes', () => {
  it('are properties', () => {
    const it = thing();
    expect(it.size).toBe(3);
    expect(it.kind).toBe('thing');
    it.size = 'large';
    expect(it.size).toBe('large');
    expect('size' in it).toBe(true);
    expect(delete it.size).toBe(true);
    expect('size' in it).toBe(false);
  });

  it('that are missing are undefined, and python.getattr throws', () => {
    const it = thing();
    expect(it.nothing).toBeUndefined();
    expect(() => python.getattr(it, 'nothing') as unknown).toThrow(
      expect.objectContaining({ type: 'AttributeError' }) as Error,
    );
    expect(() => Reflect.deleteProperty(it, 'nothing')).toThrow(/nothing/);
  });

  it('that raise, raise', () => {
    const it = python.run(`
class Broken:
    @property
    def value(self): raise ValueError("no")
Broken()`) as PyProxy;
    expect(() => it.value as unknown).toThrow(
      expect.objectContaining({ type: 'ValueError', message: 'no' }) as Error,
    );
  });

  it('hidden by a method of the proxy are reached with $', () => {
    expect(thing().$destroy).toBe('hidden');
  });

  it('are listed as dir() lists them', () => {
    const names = Object.keys(
      python.run('import types; types.SimpleNamespace(a=1, ä=2)') as object,
    );
    expect(names).toContain('a');
    expect(names).toContain('ä');
    expect(names).toContain('__class__');
  });

  it('number many thousands of names', () => {
    const space = python.run('import types; types.SimpleNamespace()') as PyProxy;
    for (let i = 0; i < 5000; i++) space[`name_${i}`] = i;
    for (let i = 0; i < 5000; i++) expect(space[`name_${i}`]).toBe(i);
  });

  it('cannot be symbols, and cannot be defined', () => {
    const it = thing();
    expect(() => Reflect.set(it, Symbol('s'), 1)).toThrow(NogilError);
    expect(() => Object.defineProperty(it, 'x', { value: 1 })).toThrow(/assign it/);
  });
});

describe('items', () => {
  it('of a sequence are its indexes', () => {
    const list = python.eval('[1, "b"]') as PyProxy;
    expect(list[0]).toBe(1);
    list[1] = 2.5;
    expect(String(list)).toBe('[1, 2.5]');
    Reflect.deleteProperty(list, '0');
    expect(String(list)).toBe('[2.5]');
    expect(() => list[7] as unknown).toThrow(
      expect.objectContaining({ type: 'IndexError' }) as Error,
    );
  });
});

describe('calls', () => {
  it('pass positional and keyword arguments', () => {
    const it = thing();
    expect(it.method(1)).toBe('1 2 () 0 {}');
    expect(it.method(1, 5, 6, kw({ c: null, d: 'ü' }))).toBe("1 5 (6,) None {'d': 'ü'}");
    expect((it.method as PyProxy).callKwargs(1, { c: [1] })).toBe('1 2 () [1] {}');
    expect(it(41)).toBe(42);
  });

  it('with new make objects', () => {
    const Fraction = python.import('fractions').Fraction as new (a: number, b: number) => PyProxy;
    expect(String(new Fraction(1, 3))).toBe('1/3');
    const int = python.eval('int') as new (text: string) => object;
    expect(() => new int('3')).toThrow(/without `new`/);
  });

  it('refuse keyword arguments in the wrong place', () => {
    const it = thing();
    expect(() => it.method(kw({ c: 1 }), 2) as unknown).toThrow(/last argument/);
    expect(() => (it.method as PyProxy).callKwargs() as unknown).toThrow(/last argument/);
  });

  it('of what is not callable are type errors', () => {
    expect(() => {
      (python.eval('object()') as () => void)();
    }).toThrow(TypeError);
  });

  it('return Python objects that Python knows again', () => {
    const it = thing();
    expect(python.eval('lambda a, b: a is b')(it, it)).toBe(true);
  });
});

describe('conversion to what JavaScript asks for', () => {
  it('is str() in text, repr() in the console, and a number where one is wanted', () => {
    const it = thing();
    expect(`${it}`).toBe('a thing');
    expect(inspect(it)).toBe('<Thing>');
    expect(inspect({ nested: [it] })).toBe('{ nested: [ <Thing> ] }');
    expect(Number(python.import('fractions').Fraction(1, 2))).toBe(0.5);
    expect(() => Number(it)).toThrow(expect.objectContaining({ type: 'TypeError' }) as Error);
  });
});

describe('iteration', () => {
  it('takes every item', () => {
    expect([...(python.eval('range(4)') as PyProxy)]).toEqual([0, 1, 2, 3]);
    expect([...(python.eval('[None]') as PyProxy)]).toEqual([null]);
  });

  it('that is abandoned closes a generator, so that its finally runs', () => {
    const log = python.run('log = []\nlog') as PyProxy;
    const generator = python.run(`
def count():
    try:
        yield 1
        yield 2
    finally:
        log.append("closed")
count()`) as PyProxy;
    for (const value of generator) {
      expect(value).toBe(1);
      break;
    }
    expect(String(log)).toBe("['closed']");
  });

  it('that is abandoned leaves a file open: it is its own iterator', () => {
    const file = python.run('import io\nio.StringIO("head\\nrest\\n")') as PyProxy;
    const [head] = file;
    expect(head).toBe('head\n');
    expect(file.read()).toBe('rest\n');
  });

  it('that raises, raises', () => {
    const generator = python.run('def g():\n  yield 1\n  raise KeyError("k")\ng()') as PyProxy;
    const seen: unknown[] = [];
    expect(() => {
      for (const value of generator) seen.push(value);
    }).toThrow(expect.objectContaining({ type: 'KeyError' }) as Error);
    expect(seen).toEqual([1]);
  });

  it('is not offered by what cannot be iterated', () => {
    expect(() => [...(python.eval('object()') as PyProxy)]).toThrow(TypeError);
  });
});

describe('what lies about itself', () => {
  it('is printed with the reason', () => {
    const broken = python.run(
      'class B:\n  def __repr__(self): raise ValueError("no")\nB()',
    ) as PyProxy;
    expect(inspect([broken])).toBe('[ [PyProxy, repr() failed: ValueError: no] ]');
  });

  it('is listed without what cannot be a key, and once', () => {
    const named = python.eval('type("D", (), {"__dir__": lambda self: ["a", "a"]})()') as object;
    const numbered = python.eval('type("D", (), {"__dir__": lambda self: [1, 2]})()') as object;
    expect(Reflect.ownKeys(named)).toEqual(['a']);
    expect(Reflect.ownKeys(numbered)).toEqual([]);
  });
});

describe('release', () => {
  it('by destroy is final and harmless twice', () => {
    const it = thing();
    it.destroy();
    it.destroy();
    expect(() => it.size as unknown).toThrow(stale);
    expect(() => python.repr([it])).toThrow(stale);
    expect(() => it(1) as unknown).toThrow(stale);
    expect(inspect(it)).toBe('[PyProxy, destroyed]');
  });

  it('happens at the end of a using block', () => {
    let kept: PyProxy;
    {
      using it = thing();
      kept = it;
      expect(it.size).toBe(3);
    }
    expect(() => kept.size as unknown).toThrow(stale);
  });

  it('drops the reference, and __del__ runs', () => {
    const log = python.run(
      'gone = []\nclass D:\n  def __del__(self): gone.append(1)\ngone',
    ) as PyProxy;
    (python.eval('D()') as PyProxy).destroy();
    expect(String(log)).toBe('[1]');
  });
});
