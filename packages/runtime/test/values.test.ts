import { constants } from 'node:buffer';

import { loadCore } from '@nogil/abi';
import { describe, expect, it } from 'vitest';

import { python } from '../src/index.js';
import type { PyAny } from '../src/index.js';

const identity = python.eval('lambda value: value') as (value: unknown) => PyAny;
const typeName = python.eval('lambda value: type(value).__name__') as (value: unknown) => string;
/** The code points of a str, as Python counts them. */
const points = python.eval('lambda text: ",".join(str(ord(c)) for c in text)') as (
  text: string,
) => string;

describe('scalars come back as they were', () => {
  it.each([
    null,
    true,
    false,
    0,
    -0,
    1,
    -1,
    0.1,
    1.5,
    -2.5e-308,
    5e-324,
    Number.MAX_VALUE,
    Number.MAX_SAFE_INTEGER,
    Number.MIN_SAFE_INTEGER,
    Number.MAX_SAFE_INTEGER + 1,
    2 ** 53 + 2,
    1e21,
    1e300,
    Infinity,
    -Infinity,
    NaN,
  ])('%s', (value) => {
    expect(identity(value)).toBe(value);
  });

  it('undefined arrives as None', () => {
    expect(identity(undefined)).toBeNull();
    expect(typeName(undefined)).toBe('NoneType');
  });

  it.each([
    2n ** 53n,
    -(2n ** 53n),
    2n ** 63n - 1n,
    2n ** 63n,
    -(2n ** 63n),
    -(2n ** 63n) - 1n,
    2n ** 64n,
    -(2n ** 64n),
    10n ** 400n,
    -(7n ** 9999n),
    (1n << 9_000_000n) + 1n,
  ])('a bigint that no number holds exactly (case %#)', (value) => {
    expect(identity(value) === value).toBe(true);
  });

  it('a bigint that a number holds exactly becomes that number', () => {
    expect(identity(7n)).toBe(7);
  });
});

describe('numbers have the type they should', () => {
  it.each([
    [1, 'int'],
    [-0, 'float'],
    [1.5, 'float'],
    [2 ** 53 - 1, 'int'],
    [2 ** 53, 'float'],
    [1n, 'int'],
    [true, 'bool'],
    [python.float(2), 'float'],
  ])('%s is a Python %s', (value, type) => {
    expect(typeName(value)).toBe(type);
  });
});

describe('text comes back as it was', () => {
  const astral = '\u{1F40D}\u{10FFFF}';
  it.each([
    ['empty', ''],
    ['ASCII', 'hello'],
    ['NUL', 'a\0b\0'],
    ['Latin-1', 'häß\xff'],
    ['BMP', 'Ω€漢'],
    ['a leading byte order mark', '\ufeffx'],
    ['astral', astral],
    ['a lone high surrogate', 'a\ud800b'],
    ['a lone low surrogate', '\udfff'],
    ['surrogates in the wrong order', '\udc00\ud800'],
    ['a long ASCII text', 'x'.repeat(700_000)],
    ['a long text with one character that is not ASCII', `${'x'.repeat(700_000)}é`],
    ['a long Latin-1 text', 'é'.repeat(700_000)],
    ['a long wide text', `${'x'.repeat(600_000)}${astral}\ud800`],
  ])('%s', (_name, text) => {
    expect(identity(text) === text).toBe(true);
  });

  it.each([15, 16, 17, 511, 512, 513, 1023, 1024, 1025])(
    'of %i units, narrow and wide',
    (length) => {
      for (const unit of ['a', 'é', '漢', '\u{1F40D}']) {
        const text = unit.repeat(length);
        expect(identity(text) === text).toBe(true);
      }
    },
  );

  it('every code point alone', () => {
    for (let point = 0; point <= 0x10ffff; point += point < 0x3000 ? 1 : 257) {
      const text = String.fromCodePoint(point);
      if (identity(text) !== text) expect.fail(`U+${point.toString(16)}`);
    }
  });

  it('means the same code points on both sides', () => {
    expect(points('a\0é漢\u{1F40D}\ud800')).toBe('97,0,233,28450,128013,55296');
  });

  it('is refused where UTF-16 would make one character of two surrogates', () => {
    expect(() => python.eval("'\\ud83d' + '\\ude00'") as string).toThrow(
      expect.objectContaining({ code: 'UNREPRESENTABLE_STRING' }) as Error,
    );
  });
});

describe('containers are copied', () => {
  it.each([
    [[], '[]'],
    [[1, 'a', null, [2.5]], "[1, 'a', None, [2.5]]"],
    [{}, '{}'],
    [{ a: 1, b: { c: [] } }, "{'a': 1, 'b': {'c': []}}"],
    [Object.assign(Object.create(null) as object, { a: 1 }), "{'a': 1}"],
    [
      new Map<unknown, unknown>([
        [1, 'x'],
        ['k', 2n ** 70n],
      ]),
      "{1: 'x', 'k': 1180591620717411303424}",
    ],
    [new Set([3]), '{3}'],
    [[1, undefined, 3], '[1, None, 3]'],
  ])('case %#', (value, repr) => {
    expect(python.repr(value)).toBe(repr);
  });

  it('of any length', () => {
    const numbers = Array.from({ length: 50_000 }, (_, i) => i);
    const sum = python.eval('sum') as (values: number[]) => number;
    expect(sum(numbers)).toBe((50_000 * 49_999) / 2);
  });

  it('with their cycles', () => {
    const list: unknown[] = [1];
    list.push(list);
    expect(python.repr(list)).toBe('[1, [...]]');
    const object: Record<string, unknown> = {};
    object.self = object;
    expect(python.eval('lambda d: d["self"] is d')(object)).toBe(true);
  });

  it('with what they share', () => {
    const shared = [1];
    expect(python.eval('lambda d: d["a"] is d["b"]')({ a: shared, b: shared })).toBe(true);
  });

  it('while a getter calls Python in between', () => {
    const object = {
      get a(): number {
        return python.eval('20 + 1') as number;
      },
      b: 'x'.repeat(600),
    };
    expect(
      python.eval('lambda first, d, last: (first, d["a"], len(d["b"]), last) == (1, 21, 600, "z")')(
        1,
        object,
        'z',
      ),
    ).toBe(true);
  });

  it('and an error on the way is the error', () => {
    const object = {
      get bad(): number {
        throw new RangeError('mine');
      },
    };
    expect(() => python.repr(['x'.repeat(10_000), object])).toThrow(new RangeError('mine'));
    expect(() => python.repr(new Set([[1]]))).toThrow(/unhashable/);
  });
});

describe('what would lose something is refused', () => {
  it.each([
    [
      'a Map with keys that are one in Python',
      new Map<unknown, string>([
        [1, 'a'],
        [true, 'b'],
      ]),
    ],
    ['a Set with members that are one in Python', new Set([null, undefined])],
    ['a Set whose equal members are far apart', new Set<unknown>([...Array(3000).keys(), true])],
    // eslint-disable-next-line no-sparse-arrays
    ['an array with a hole', [1, , 3]],
    ['an array of nothing but holes', new Array(2 ** 32 - 1)],
    ['an object with a symbol as key', { [Symbol('s')]: 1 }],
  ])('%s', (_name, value) => {
    expect(() => python.repr(value)).toThrow(
      expect.objectContaining({ code: 'UNSUPPORTED_VALUE' }) as Error,
    );
  });

  it('more bytes than a length can say', () => {
    if (constants.MAX_LENGTH <= 2 ** 32) return; // this host has none
    const bytes = new Uint8Array(2 ** 32 + 5);
    expect(() => python.bytes(bytes)).toThrow(/in parts/);
  });

  it('a str longer than any JavaScript string', () => {
    expect(() => python.eval("'x' * 2**29") as string).toThrow(/fetch it in parts/);
  });
});

describe('what has no counterpart is refused, with advice', () => {
  it.each([
    ['an invalid Date', new Date(NaN)],
    ['a Date before the year 1', new Date(-62_135_596_800_001)],
    ['a Date after the year 9999', new Date(253_402_300_800_000)],
    ['something nested', { a: [new Date(NaN)] }],
  ])('%s', (_name, value) => {
    expect(() => python.repr(value)).toThrow(
      expect.objectContaining({ code: 'UNSUPPORTED_VALUE' }) as Error,
    );
  });
});

describe('calls', () => {
  it('whose arguments fill the arena still say what Python raised, and keep nothing', () => {
    const boom = python.run('def boom(*values): raise KeyError(len(values))\nboom') as (
      ...values: string[]
    ) => void;
    const live = (): number => loadCore().statistics().handlesLive;
    const values = [
      ...Array.from({ length: 1900 }, () => 'x'.repeat(512)),
      ...Array.from({ length: 5000 }, () => 'y'),
    ];
    let before = 0;
    for (let i = 0; i < 5; i++) {
      expect(() => {
        boom(...values);
      }).toThrow(expect.objectContaining({ type: 'KeyError', message: '6900' }) as Error);
      if (i === 0) before = live();
    }
    // One for each exception, which its JavaScript error holds; nothing else.
    expect(live()).toBe(before + 4);
  });

  it('take many arguments, and say when there are too many', () => {
    const count = python.eval('lambda *values: len(values)') as (...values: number[]) => number;
    expect(count(...Array.from({ length: 16_000 }, () => 1))).toBe(16_000);
    expect(() => count(...Array.from({ length: 17_000 }, () => 1))).toThrow(/pass a list instead/);
  });
});
