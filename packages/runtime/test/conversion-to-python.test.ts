import { loadCore } from '@nogil/abi';
import { describe, expect, it } from 'vitest';

import { python } from '../src/index.js';

const typeName = python.eval('lambda value: type(value).__name__') as (value: unknown) => string;
const live = (): number => loadCore().statistics().handlesLive;
const unsupported = expect.objectContaining({ code: 'UNSUPPORTED_VALUE' }) as Error;

describe('what becomes of a JavaScript value in Python', () => {
  class Point {
    x = 1;
  }
  it.each([
    ['undefined', undefined, 'None'],
    ['null', null, 'None'],
    ['true', true, 'True'],
    ['an integer', 7, '7'],
    ['minus zero', -0, '-0.0'],
    ['a fraction', 1.5, '1.5'],
    ['a forced float', python.float(2), '2.0'],
    ['a forced int', python.int(1e21), '1000000000000000000000'],
    ['a bigint', 2n ** 64n, '18446744073709551616'],
    ['a string with NUL', 'a\0b', String.raw`'a\x00b'`],
    ['an Array', [1, [2]], '[1, [2]]'],
    ['a plain object', { a: { b: 1 } }, "{'a': {'b': 1}}"],
    ['a frozen object', Object.freeze({ a: 1 }), "{'a': 1}"],
    ['a Map', new Map([[1, 'a']]), "{1: 'a'}"],
    ['a Set', new Set(['a']), "{'a'}"],
    ['a boxed number', Object(-0), '-0.0'],
    ['a boxed string', Object('x'), "'x'"],
    ['a boxed boolean', Object(false), 'False'],
    ['a boxed bigint', Object(5n), '5'],
    ['an own key __proto__', JSON.parse('{"__proto__": 1}'), "{'__proto__': 1}"],
    [
      'a Date',
      new Date('2026-11-25T17:00:00.123Z'),
      'datetime.datetime(2026, 11, 25, 17, 0, 0, 123000, tzinfo=datetime.timezone.utc)',
    ],
    [
      'a Date before 1970',
      new Date(-1),
      'datetime.datetime(1969, 12, 31, 23, 59, 59, 999000, tzinfo=datetime.timezone.utc)',
    ],
  ])('%s', (_name, value, repr) => {
    expect(python.repr(value)).toBe(repr);
    expect(python.repr([value])).toBe(`[${repr}]`);
  });

  it('a function, a class, a RegExp, a URL and any other object is itself', () => {
    const same = python.eval('lambda value: value') as (value: unknown) => unknown;
    for (const value of [() => 1, Point, /x/, new URL('http://a/'), new Point()]) {
      expect(same(value)).toBe(value);
      expect((python.toJs(python.eval('lambda *v: v')(value, 1)) as unknown[])[0]).toBe(value);
    }
  });

  it('what python.ref marks is itself', () => {
    const same = python.eval('lambda value: value') as (value: unknown) => unknown;
    const list = [1];
    expect(same(python.ref(list))).toBe(list);
    expect((python.toJs(python.eval('lambda v: [v]')(python.ref(list))) as unknown[])[0]).toBe(
      list,
    );
    expect(() => python.ref(1 as unknown as object)).toThrow(/takes an object/);
  });

  it('every date there can be', () => {
    const milliseconds = python.eval(
      'lambda d: (d - __import__("datetime").datetime.fromtimestamp(0, d.tzinfo)) // __import__("datetime").timedelta(milliseconds=1)',
    ) as (date: Date) => number;
    for (const at of [-62_135_596_800_000, 253_402_300_799_999, 0, 1, -1, 1e12 + 7]) {
      expect(milliseconds(new Date(at))).toBe(at);
    }
  });
});

describe('what cannot be an int or is no value', () => {
  it.each(
    [
      ['a fraction as int', () => python.int(1.5)],
      ['NaN as int', () => python.int(NaN)],
      ['a boxed symbol', () => python.repr(Object(Symbol('s')))].slice(0, 0),
      ['a Proxy with a length that is none', () => python.repr(lying(-1))],
      ['a Proxy with a length too long', () => python.repr(lying(2 ** 32))],
    ].filter(({ length }) => length > 0) as [string, () => unknown][],
  )('%s', (_name, work) => {
    expect(work).toThrow(unsupported);
  });

  function lying(length: number): unknown[] {
    const target: unknown[] = [];
    return new Proxy(target, {
      get: (array, key) => (key === 'length' ? length : (Reflect.get(array, key) as unknown)),
    });
  }
});

describe('containers keep their shape', () => {
  const equal = python.run(`
def same_shape(first, second):
    return first is second
same_shape`) as (first: unknown, second: unknown) => boolean;

  it('also over several arguments', () => {
    const shared = { a: [1] };
    expect(equal(shared, shared)).toBe(true);
    expect(
      python.eval('lambda a, *, b: a[0] is b["k"]').callKwargs([shared], { b: { k: shared } }),
    ).toBe(true);
  });

  it('with cycles through every kind', () => {
    const list: unknown[] = [];
    const map = new Map<string, unknown>([['list', list]]);
    list.push({ map }, new Set([1]));
    const check = python.eval('lambda l: l[0]["map"]["list"] is l') as (value: unknown) => boolean;
    expect(check(list)).toBe(true);
  });

  it('a million levels deep, without using the stack', () => {
    let nested: unknown[] = [];
    for (let i = 0; i < 1_000_000; i++) nested = [nested];
    const depth = python.run(`
def depth(value):
    levels = 0
    while value:
        value = value[0]
        levels += 1
    return levels
depth`) as (value: unknown) => number;
    expect(depth(nested)).toBe(1_000_000);
  });

  it('of mixed numbers, in runs of every length', () => {
    for (const length of [0, 1, 3, 4, 5, 1000]) {
      for (const odd of ['x', 1.5, -0, 2 ** 40, true, null, 2n ** 70n]) {
        const list: unknown[] = Array.from({ length }, (_, i) => i * 1000);
        list.push(odd, 1, 2);
        expect(python.toJs(python.toPy(list))).toEqual(list);
        const floats: unknown[] = Array.from({ length }, (_, i) => i + 0.25);
        floats.push(odd, 0.5);
        expect(python.toJs(python.toPy(floats))).toEqual(floats);
      }
    }
  });
});

describe('an error on the way is the error, and nothing is left', () => {
  const mine = new RangeError('mine');
  const thrower = (): never => {
    throw mine;
  };
  it.each<[string, unknown, unknown]>([
    ['a getter', Object.defineProperty({}, 'a', { get: thrower, enumerable: true }), mine],
    ['a getter of an array', Object.defineProperty([1, 2, 3, 4, 5], 2, { get: thrower }), mine],
    ['a get trap', new Proxy({}, { get: thrower }), mine],
    ['an ownKeys trap', new Proxy({ a: 1 }, { ownKeys: thrower }), mine],
    ['an iterator of a Map', Object.assign(new Map(), { [Symbol.iterator]: thrower }), mine],
  ])('%s', (_name, value, error) => {
    const attempt = (): unknown => {
      try {
        return python.repr([new Date(0), 'x'.repeat(10_000), { value }]);
      } catch (caught) {
        return caught;
      }
    };
    expect(attempt()).toEqual(error);
    const before = live();
    for (let i = 0; i < 5; i++) attempt();
    expect(live()).toBe(before);
  });

  it('a proxy that is destroyed while its container is read', () => {
    const proxy = python.eval('object()') as { destroy(): void };
    const before = live();
    const value = {
      proxy,
      get after() {
        proxy.destroy();
        return 1;
      },
    };
    expect(() => python.repr(value)).toThrow(
      expect.objectContaining({ code: 'STALE_HANDLE' }) as Error,
    );
    expect(live()).toBe(before - 1);
  });

  it('a __hash__ that raises while a dict is built', () => {
    const bad = python.run(`
class Bad:
    def __hash__(self):
        raise LookupError('no hash')
Bad()`) as object;
    expect(() => python.repr(new Map([[bad, 1]]))).toThrow(
      expect.objectContaining({ type: 'LookupError' }) as Error,
    );
  });

  it('a container that is no key', () => {
    expect(() => python.repr(new Map([[[1], 1]]))).toThrow(/unhashable/);
  });
});

describe('toPy', () => {
  it('makes the containers and returns proxies of them', () => {
    expect(typeName(python.toPy([1]))).toBe('list');
    expect(typeName(python.toPy(new Set([1])))).toBe('set');
    expect(python.toPy(5)).toBe(5);
    expect(python.toPy('x')).toBe('x');
  });

  it('goes as deep as it is told', () => {
    const inner = { a: 1 };
    const outer = python.toPy([inner, [inner]], { depth: 1 });
    expect(outer[0]).toBe(inner);
    expect(python.toPy(inner, { depth: 0 })).toBe(inner);
    expect(() => python.toPy([], { depth: NaN })).toThrow(/number of levels/);
  });

  it('asks defaultConverter about the rest', () => {
    class Box {
      constructor(public content: unknown) {}
    }
    const made = python.toPy([new Box([1, 2]), new Date(0)], {
      defaultConverter: (value, convert) => (value instanceof Box ? convert(value.content) : value),
    });
    expect(python.repr(made)).toMatch(/^\[\[1, 2\], datetime/);
  });

  it('closes cycles through defaultConverter', () => {
    class Node {
      next: unknown = undefined;
    }
    const node = new Node();
    node.next = { node };
    const made = python.toPy(node, {
      defaultConverter: (value, convert, cache) => {
        const list = python.eval('[]');
        cache(value, list);
        list.append(convert((value as Node).next));
        return list;
      },
    });
    expect(python.eval('lambda l: l[0]["node"] is l')(made)).toBe(true);
  });

  it('passes on what defaultConverter throws', () => {
    const error = new Error('mine');
    expect(() =>
      python.toPy([/x/], {
        defaultConverter: () => {
          throw error;
        },
      }),
    ).toThrow(error);
  });
});
