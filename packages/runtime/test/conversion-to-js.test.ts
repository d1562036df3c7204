import { loadCore } from '@nogil/abi';
import { describe, expect, it } from 'vitest';

import { type PyProxy, python } from '../src/index.js';
import type { PyAny, ToJsOptions } from '../src/index.js';

const live = (): number => loadCore().statistics().handlesLive;
const unsupported = expect.objectContaining({ code: 'UNSUPPORTED_VALUE' }) as Error;

/** The value of an expression, converted deeply. */
function toJs(expression: string, options?: ToJsOptions): unknown {
  return python.toJs(
    python.run(
      `
import array, collections, datetime, decimal, enum, fractions, pathlib, uuid
zone = datetime.timezone.utc
class Colour(enum.Enum):
    RED = 1
    LIST = [1, 2]
Point = collections.namedtuple('Point', 'x y')
class Thing: pass
${expression}`,
      { globals: python.eval('dict(__name__="test")') as PyProxy },
    ),
    options,
  );
}

describe('what becomes of a Python value in toJs', () => {
  it.each<[string, unknown]>([
    ['None', null],
    ['True', true],
    ['-0.0', -0],
    ["float('nan')", NaN],
    ['2**53 - 1', 2 ** 53 - 1],
    ['2**53', 2n ** 53n],
    ['-2**70', -(2n ** 70n)],
    [String.raw`'a\0\ud800'`, 'a\0\ud800'],
    ['[1, [2, []]]', [1, [2, []]]],
    ['(1, (2,))', [1, [2]]],
    ['Point(1, 2)', [1, 2]],
    [
      "{'a': 1, 2: {}}",
      new Map<unknown, unknown>([
        ['a', 1],
        [2, new Map()],
      ]),
    ],
    ['collections.OrderedDict(a=1)', new Map([['a', 1]])],
    ['{1, 2}', new Set([1, 2])],
    ["frozenset('a')", new Set(['a'])],
    ["b'\\x00\\xff'", Uint8Array.of(0, 255)],
    ["bytearray(b'ab')", Uint8Array.of(97, 98)],
    ["memoryview(b'ab')", Uint8Array.of(97, 98)],
    ["array.array('d', [0.5])", Float64Array.of(0.5)],
    ["array.array('q', [-1])", BigInt64Array.of(-1n)],
    [
      'datetime.datetime(2026, 11, 25, 17, 0, 0, 123000, zone)',
      new Date('2026-11-25T17:00:00.123Z'),
    ],
    ['datetime.datetime(1, 1, 1, tzinfo=zone)', new Date(-62_135_596_800_000)],
    ['datetime.date(2026, 11, 25)', '2026-11-25'],
    ['datetime.time(17, 0, 1, 5)', '17:00:01.000005'],
    ['datetime.timedelta(days=-1, milliseconds=7)', -86_399_993],
    ["decimal.Decimal('1.10')", '1.10'],
    ['fractions.Fraction(1, 3)', '1/3'],
    ["uuid.UUID('12345678123456781234567812345678')", '12345678-1234-5678-1234-567812345678'],
    ["pathlib.PurePosixPath('/a/b')", '/a/b'],
    ['complex(1.5, -0.0)', { re: 1.5, im: -0 }],
    ['Colour.RED', 1],
    ['Colour.LIST', [1, 2]],
  ])('%s', (expression, value) => {
    expect(toJs(expression)).toEqual(value);
    expect(toJs(`[${expression}]`)).toEqual([value]);
  });

  it('any other object stays a proxy, or is refused', () => {
    const thing = toJs('[Thing()]') as [PyAny];
    expect(python.repr(thing[0])).toMatch(/Thing object/);
    expect(() => toJs('[Thing()]', { proxies: false })).toThrow(/test\.Thing/);
    const pyproxies: PyProxy[] = [];
    const [first] = toJs('[Thing(), 1]', { pyproxies }) as [PyProxy];
    expect(pyproxies).toEqual([first]);
  });

  it('an object that has a proxy keeps it', () => {
    const thing = python.eval('object()');
    const list = python.eval('lambda thing: [thing, [thing]]')(thing) as PyProxy;
    const pyproxies: PyProxy[] = [];
    expect(list.toJs({ pyproxies })).toEqual([thing, [thing]]);
    expect((list.toJs() as unknown[])[0]).toBe(thing);
    expect(pyproxies).toEqual([]);
    const [first, second] = toJs('t = Thing()\n[t, t]') as [unknown, unknown];
    expect(first).toBe(second);
  });

  it('what is no Python object is left alone', () => {
    expect(python.toJs(5)).toBe(5);
    const own = {};
    expect(python.toJs(own)).toBe(own);
  });
});

describe('what would be lost is refused', () => {
  it.each<[string, ToJsOptions?]>([
    ['datetime.datetime(2026, 1, 1)'],
    ['datetime.datetime(2026, 1, 1, microsecond=1, tzinfo=zone)'],
    ['datetime.timedelta(microseconds=1)'],
    ["{(1, 2): 'x'}"],
    ['{(1, 2)}'],
    ["{float('nan'): 1, float('nan'): 2}"],
    ["{float('nan'), float('nan')}"],
    ['{1: 2}', { dictConverter: 'object' }],
    ["{None: 2, 'a': 1}", { dictConverter: 'object' }],
    ['datetime.datetime(2026, 1, 1)', { datetime: 'temporal' }],
  ])('%s', (expression, options) => {
    expect(() => toJs(expression, options)).toThrow(unsupported);
  });

  it('a str that UTF-16 would change', () => {
    expect(() => toJs(String.raw`['\ud83d' + '\ude00']`)).toThrow(
      expect.objectContaining({ code: 'UNREPRESENTABLE_STRING' }) as Error,
    );
  });

  it('and leaves no handle behind', () => {
    const attempt = (): void => {
      expect(() => toJs('[Thing(), Thing(), {(1, 2): Thing()}, Thing()]')).toThrow(unsupported);
      expect(() => toJs(String.raw`[Thing(), '\ud83d' + '\ude00']`)).toThrow(/surrogate/);
    };
    attempt();
    const all = (): number => {
      (globalThis as { gc?: () => void }).gc?.();
      return live();
    };
    const before = all();
    attempt();
    expect(all() - before).toBeLessThanOrEqual(8); // proxies of ours that nobody has collected yet
  });
});

describe('options', () => {
  it('depth', () => {
    const [outer] = toJs('[[1, [2]]]', { depth: 2 }) as [[number, PyAny]];
    expect(outer[0]).toBe(1);
    expect(python.repr(outer[1])).toBe('[2]');
    expect(toJs('[[1]]', { depth: -1 })).toEqual([[1]]);
    expect(python.repr(toJs('[1]', { depth: 0 }))).toBe('[1]');
    expect(() => toJs('[1]', { depth: NaN })).toThrow(/number of levels/);
  });

  it("dictConverter: 'object' makes own properties, __proto__ too", () => {
    const made = toJs("{'a': {'b': 1}, '__proto__': 2}", { dictConverter: 'object' }) as object;
    expect(Object.entries(made)).toEqual([
      ['a', { b: 1 }],
      ['__proto__', 2],
    ]);
    expect(Object.getPrototypeOf(made)).toBe(Object.prototype);
  });

  it('dictConverter: a function gets entries', () => {
    expect(toJs("{'a': {'b': 1}}", { dictConverter: (entries) => ({ entries }) })).toEqual({
      entries: [['a', { entries: [['b', 1]] }]],
    });
    expect(() => toJs('{}', { dictConverter: 'list' as 'map' })).toThrow(/'map', 'object'/);
    expect(() => toJs("d = {}\nd['self'] = d\nd", { dictConverter: (entries) => entries })).toThrow(
      /contains itself/,
    );
  });

  it('defaultConverter is asked about the rest, and may convert parts', () => {
    const made = toJs("t = Thing()\nt.items = [1, {'t': 2}]\n[t, t.items]", {
      defaultConverter: (value, convert) => ({ items: convert(value.items) }),
    }) as [{ items: unknown }, unknown];
    expect(made[0].items).toEqual([1, new Map([['t', 2]])]);
    // What both lead to is converted once.
    expect(made[0].items).toBe(made[1]);
  });

  it('defaultConverter closes cycles', () => {
    const made = toJs('t = Thing()\nt.next = [t]\nt', {
      defaultConverter: (value, convert, cache) => {
        const node = { next: undefined as unknown };
        cache(value, node);
        node.next = convert(value.next);
        return node;
      },
    }) as { next: unknown[] };
    expect(made.next[0]).toBe(made);
  });

  it('what a converter throws is what is thrown', () => {
    const error = new Error('mine');
    const thrower = (): never => {
      throw error;
    };
    expect(() => toJs('[Thing()]', { defaultConverter: thrower })).toThrow(error);
    expect(() => toJs('[{}]', { dictConverter: thrower })).toThrow(error);
  });

  it("datetime: 'proxy' keeps proxies", () => {
    const made = toJs('datetime.datetime(2026, 1, 1)', { datetime: 'proxy' }) as PyAny;
    expect(made.year).toBe(2026);
    expect(() => toJs('datetime.date(1, 1, 1)', { datetime: 'x' as 'date' })).toThrow(/'temporal'/);
  });
});

describe('shape is kept', () => {
  it('what is shared stays shared, and cycles close', () => {
    const made = toJs("a = []\nd = {'a': a, 'again': a}\na.append(d)\nd") as Map<string, unknown[]>;
    expect(made.get('a')).toBe(made.get('again'));
    expect(made.get('a')?.[0]).toBe(made);
  });

  it('empty tuples are arrays of their own', () => {
    const [first, second] = toJs('[(), ()]') as [unknown[], unknown[]];
    expect(first).not.toBe(second);
  });

  it('a million levels deep', () => {
    let value = toJs('x = []\nfor _ in range(1_000_000): x = [x]\nx') as unknown[];
    let depth = 0;
    while (value.length > 0) {
      value = value[0] as unknown[];
      depth++;
    }
    expect(depth).toBe(1_000_000);
  });

  it('a list of a class of its own that iterates as it likes', () => {
    expect(toJs('class L(list):\n    def __iter__(self): raise KeyError(1)\nL([1, 2])')).toEqual([
      1, 2,
    ]);
    expect(() =>
      toJs('class S(set):\n    def __iter__(self): raise KeyError(1)\nS([1, 2])'),
    ).toThrow(expect.objectContaining({ type: 'KeyError' }) as Error);
  });

  it('while another thread changes it', () => {
    const list = python.run(`
import threading
shared = list(range(1000))
stop = False
def churn():
    while not stop:
        shared.append(1)
        del shared[:2]
        shared[:] = range(1000)
thread = threading.Thread(target=churn, daemon=True)
thread.start()
shared`) as PyProxy;
    for (let i = 0; i < 20; i++) {
      expect((list.toJs() as unknown[]).every((item) => typeof item === 'number')).toBe(true);
    }
    python.run('stop = True\nthread.join()');
  });
});
