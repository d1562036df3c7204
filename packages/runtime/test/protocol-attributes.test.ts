import { inspect } from 'node:util';

import { describe, expect, it } from 'vitest';

import { kw, NogilError, python, type PyMapping, type PyProxy, type PySet } from '../src/index.js';

const raises = (type: string): Error => expect.objectContaining({ type }) as Error;

describe('indexes', () => {
  it('are items where the type has items, also of mappings', () => {
    expect((python.eval('(4, 5)') as PyProxy)[1]).toBe(5);
    expect((python.eval('"abc".split("b")') as PyProxy)[0]).toBe('a');
    const dict = python.eval('{0: "zero"}') as PyProxy;
    expect(dict[0]).toBe('zero');
    dict[1] = 'one';
    expect(python.op.getitem(dict, 1)).toBe('one');
    expect(() => dict[2] as unknown).toThrow(raises('KeyError'));
  });

  it('are attributes where the type has none', () => {
    const plain = python.run('class Plain: pass\nPlain()') as PyProxy;
    expect(plain[0]).toBeUndefined();
    plain[0] = 'x';
    expect(python.getattr(plain, '0')).toBe('x');
    expect(0 in plain).toBe(true);
    expect(Reflect.deleteProperty(plain, '0')).toBe(true);
    expect(0 in plain).toBe(false);
  });

  it('are there for `in` as far as the sequence goes, and as keys of a mapping', () => {
    const list = python.eval('[7]') as PyProxy;
    expect([0 in list, 1 in list]).toEqual([true, false]);
    const dict = python.eval('{5: 1}') as PyProxy;
    expect([5 in dict, 0 in dict]).toEqual([true, false]);
  });

  it('are honoured once the class gets items, on proxies that were there before', () => {
    const cls = python.run('class Later: pass\nlater = Later()\nLater') as PyProxy;
    const later = python.eval('later') as PyProxy;
    expect(later[0]).toBeUndefined();
    expect(later.length).toBeUndefined();
    expect(() => [...later]).toThrow(TypeError);
    cls.__getitem__ = python.eval('lambda self, i: [i * 2, 5][i]');
    cls.__len__ = python.eval('lambda self: 2');
    expect(later[0]).toBe(0);
    expect(later.length).toBe(2);
    expect([...later]).toEqual([0, 5]);
    delete cls.__len__;
    expect(later.length).toBeUndefined();
  });
});

describe('length and size', () => {
  it('are len(), where Python has no attribute of that name', () => {
    expect(python.eval('[1, 2, 3]').length).toBe(3);
    expect(python.eval('{1: 2}').length).toBe(1);
    expect(python.eval('{1: 2}').size).toBe(1);
    expect(python.eval('{1, 2}').size).toBe(2);
    expect(python.eval('[1]').size).toBeUndefined();
    const rope = python.run(
      'class Rope:\n  length = 2.5\n  def __len__(self): return 9\nRope()',
    ) as PyProxy;
    expect(rope.length).toBe(2.5);
    expect(python.len(rope)).toBe(9);
    expect(python.eval('object()').length).toBeUndefined();
  });
});

describe('mappings and sets', () => {
  it('have the methods of Map and Set that Python has not', () => {
    const dict = python.eval('{"a": 1}') as PyMapping<string, number>;
    expect(dict.has('a')).toBe(true);
    expect(dict.has('b')).toBe(false);
    expect(dict.set('b', 2)).toBe(dict);
    expect(dict.get('b')).toBe(2);
    expect(dict.get('c')).toBeNull();
    expect([...dict.entries()]).toEqual([
      ['a', 1],
      ['b', 2],
    ]);
    expect(dict.delete('a')).toBe(true);
    expect(dict.delete('a')).toBe(false);
    expect([...dict]).toEqual(['b']);
    expect([...dict.keys()]).toEqual(['b']);
    const set = python.eval('{1, 2}') as PySet<number>;
    expect([set.has(1), set.has(3)]).toEqual([true, false]);
    expect([set.delete(1), set.delete(1)]).toEqual([true, false]);
  });

  it('keep the methods that Python has', () => {
    const dict = python.eval('{"a": 1}') as PyProxy;
    expect(dict.get('b', 5)).toBe(5);
    const own = python.run(
      'class Own(dict):\n  def has(self, key): return "mine"\nOwn()',
    ) as PyProxy;
    expect(own.has('x')).toBe('mine');
  });

  it('are offered by what is one without deriving from dict', () => {
    const chain = python
      .import('collections')
      .ChainMap(python.eval('{1: "one"}'), python.eval('{2: "two"}')) as PyMapping<number, string>;
    expect(chain.size).toBe(2);
    expect(new Map(chain.entries())).toEqual(
      new Map([
        [2, 'two'],
        [1, 'one'],
      ]),
    );
  });

  it('do not take a list for one', () => {
    const list = python.eval('[1]') as PyProxy;
    expect(list.entries).toBeUndefined();
    expect(list.set).toBeUndefined();
    expect(list.has(1)).toBe(true);
  });
});

describe('keys and descriptors', () => {
  it('run no property', () => {
    const noisy = python.run(`
class Noisy:
    asked = 0
    @property
    def value(self):
        Noisy.asked += 1
        return Noisy.asked
    @property
    def broken(self): raise ValueError("no")
Noisy()`) as PyProxy;
    expect(Object.keys(noisy)).toEqual(expect.arrayContaining(['value', 'broken', 'asked']));
    expect('broken' in noisy).toBe(true);
    expect(noisy.asked).toBe(0);
    const property = Object.getOwnPropertyDescriptor(noisy, 'value');
    expect(property?.get?.()).toBe(1);
    expect(Object.getOwnPropertyDescriptor(noisy, 'nothing')).toBeUndefined();
    expect(Object.hasOwn(noisy, 'value')).toBe(true);
  });

  it('know attributes that __getattr__ makes up', () => {
    const made = python.run(
      'class Any:\n  def __getattr__(self, name):\n    if name == "hi": return 1\n    raise AttributeError(name)\nAny()',
    ) as PyProxy;
    expect(['hi' in made, 'ho' in made]).toEqual([true, false]);
  });

  it('are defined as class fields define them, and in no other way', () => {
    const space = python.eval('type("S", (), {})()') as PyProxy;
    Object.defineProperty(space, 'x', {
      value: 1,
      writable: true,
      enumerable: true,
      configurable: true,
    });
    expect(space.x).toBe(1);
    expect(() => Object.defineProperty(space, 'y', { get: () => 1 })).toThrow(/assign it/);
    expect(() => Object.freeze(space)).toThrow(TypeError);
  });

  it('name the members of the proxy for `in`', () => {
    const list = python.eval('[1]') as PyProxy;
    expect(['destroy' in list, 'length' in list, 'then' in list]).toEqual([true, true, false]);
    expect([Symbol.iterator in list, Symbol.asyncIterator in list]).toEqual([true, false]);
    expect(Symbol.iterator in (python.eval('object()') as PyProxy)).toBe(false);
  });
});

describe('functions', () => {
  it('have call, apply and bind, where Python has no attribute of that name', () => {
    const f = python.eval('lambda *a, **k: f"{a} {k}"') as PyProxy;
    expect(f.call(null, 1, kw({ b: 2 }))).toBe("(1,) {'b': 2}");
    expect(f.apply(null, [1, 2])).toBe('(1, 2) {}');
    expect(f.bind(null, 1)(2)).toBe('(1, 2) {}');
    const own = python.run('class C:\n  def __call__(self): pass\n  call = "mine"\nC()') as PyProxy;
    const mine: unknown = own.call;
    expect(mine).toBe('mine');
  });
});

describe('primitives', () => {
  it('are numbers for numbers and text for the rest', () => {
    const half = python.import('fractions').Fraction(1, 2) as PyProxy;
    expect((half as unknown as number) + 1).toBe(1.5);
    expect((half as unknown as number) * 4).toBe(2);
    expect((half as unknown as number) < 1).toBe(true);
    expect(`${half}`).toBe('1/2');
    const list = python.eval('[1]') as PyProxy;
    expect((list as unknown as string) + '!').toBe('[1]!');
    expect(() => Number(list)).toThrow(raises('TypeError'));
    const index = python.run('class I:\n  def __index__(self): return 2**70\nI()') as PyProxy;
    expect(index[Symbol.toPrimitive]('number')).toBe(2n ** 70n);
  });

  it('are not taken from the instance', () => {
    const liar = python.run(
      'class L:\n  def __str__(self): return "l"\nl = L()\nl.__index__ = lambda: 3\nl',
    ) as PyProxy;
    expect(() => Number(liar)).toThrow(raises('TypeError'));
    expect((liar as unknown as string) + '!').toBe('l!');
  });
});

describe('instanceof', () => {
  it('asks Python, for what Python has', () => {
    const { int, list, KeyError, object } = python.builtins as Record<string, PyProxy>;
    const made = python.eval('[1]') as object;
    expect(made instanceof (list as PyProxy)).toBe(true);
    expect(made instanceof (object as PyProxy)).toBe(true);
    expect(made instanceof (int as PyProxy)).toBe(false);
    expect((3 as unknown as object) instanceof (int as PyProxy)).toBe(true);
    expect([] instanceof (list as PyProxy)).toBe(false);
    expect(int instanceof (python.builtins.type as PyProxy)).toBe(true);
    let error: unknown;
    try {
      python.eval('{}[1]');
    } catch (caught) {
      error = caught;
    }
    expect(error instanceof (KeyError as PyProxy)).toBe(true);
    expect(made instanceof (python.import('collections.abc').Sized as PyProxy)).toBe(true);
  });

  it('is no question for what is no type', () => {
    expect(() => ({}) instanceof (python.eval('lambda: 1') as never)).toThrow(TypeError);
  });
});

describe('JSON', () => {
  it('is what JSON can hold', () => {
    const value = python.eval('{"a": [1, 2.5, None, True, "ü\\ud800"], "b": (1, {"c": {}})}');
    expect(JSON.parse(JSON.stringify({ value }))).toEqual({
      value: { a: [1, 2.5, null, true, 'ü\ud800'], b: [1, { c: {} }] },
    });
  });

  it.each([
    ['{1: 2}', /key 1/],
    ['[{1, 2}]', /set/],
    ['[float("nan")]', /nan/],
    ['[2**60]', /2\*\*53/],
    ['[b"x"]', /bytes/],
    ['__import__("decimal").Decimal(1)', /Decimal/],
    ['(lambda l: (l.append(l), l)[1])([])', /itself/],
    ['len', /builtin_function/],
  ])('refuses %s', (source, reason) => {
    expect(() => JSON.stringify([python.eval(source)])).toThrow(reason);
    expect(() => JSON.stringify([python.eval(source)])).toThrow(raises('TypeError'));
  });

  it('is clear about a surrogate pair and about depth', () => {
    expect(() => JSON.stringify(python.eval('["\\ud83d" + "\\ude00"]'))).toThrow(/surrogate/);
    const deep = python.run('deep = []\nfor _ in range(200000): deep = [deep]\ndeep') as PyProxy;
    expect(() => JSON.stringify(deep)).toThrow(raises('RecursionError'));
  });
});

describe('what leaves the thread', () => {
  it('is refused with advice', () => {
    expect(() => structuredClone(python.eval('[1]'))).toThrow(/toJs\(\)/);
    const { port1 } = new MessageChannel();
    expect(() => {
      port1.postMessage({ nested: python.eval('[1]') });
    }).toThrow(/thread/);
    expect(() => structuredClone(python.eval('len'))).toThrow(/could not be cloned/);
    port1.close();
  });
});

describe('the console', () => {
  it('shows repr, nested, for functions and for what asks otherwise', () => {
    expect(inspect({ a: new Map([[1, python.eval('[1]')]]) })).toBe('{ a: Map(1) { 1 => [1] } }');
    expect(inspect(python.eval('len'))).toBe('<built-in function len>');
    const ask = python.eval('{1: 2}')[Symbol.for('Deno.customInspect')] as () => string;
    expect(ask()).toBe('{1: 2}');
    expect(Object.prototype.toString.call(python.eval('[1]'))).toBe('[object PyProxy]');
  });
});

describe('$slice', () => {
  const keys = python.run(
    'class Keys:\n  def __getitem__(self, key): return repr(key)\nKeys()',
  ) as PyProxy;

  it.each([
    ['1', '1'],
    [' -1 ', '-1'],
    ['+2', '2'],
    ['1_000', '1000'],
    ['99999999999999999999', '99999999999999999999'],
    ['1:', 'slice(1, None, None)'],
    [':', 'slice(None, None, None)'],
    ['::', 'slice(None, None, None)'],
    ['::-1', 'slice(None, None, -1)'],
    ['1:None:2', 'slice(1, None, 2)'],
    ['1:, ::2', '(slice(1, None, None), slice(None, None, 2))'],
    ['..., None, 0', '(Ellipsis, None, 0)'],
    ['newaxis, Ellipsis', '(None, Ellipsis)'],
    ['...', 'Ellipsis'],
    ['1,', '(1,)'],
    ['-0', '0'],
  ])('%s is what Python makes of it', (text, key) => {
    expect(keys.$slice(text)).toBe(key);
    const source = text.trim().replaceAll('newaxis', 'None').replace(/\+/, '');
    expect(python.eval(`repr(type("K", (), {"__getitem__": lambda s, k: k})()[${source}])`)).toBe(
      key,
    );
  });

  it.each([
    '',
    ',',
    '1,,2',
    'a',
    '1.5',
    '1:2:3:4',
    '1;2',
    '0x10',
    '1:a',
    '--1',
    '1_',
    '. ..',
    "'k'",
  ])('refuses %s', (text) => {
    expect(() => keys.$slice(text) as unknown).toThrow(NogilError);
    expect(() => keys.$slice(text) as unknown).toThrow(/python\.op\.getitem/);
  });

  it('refuses what is no text', () => {
    expect(() => keys.$slice(1 as unknown as string) as unknown).toThrow(/number/);
  });

  it('reads from the end, and gives what Python gives', () => {
    expect(String(python.eval('list(range(9))').$slice('-3::2'))).toBe('[6, 8]');
    expect(() => python.eval('[1]').$slice('5') as unknown).toThrow(raises('IndexError'));
  });
});
