/**
 * Properties: what crosses and comes back is what it was, for generated values of every kind. NOGIL_CASES says how many
 * of each (`npm run properties` takes 100 000); a failure prints a seed, and NOGIL_SEED takes it.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { type PyProxy, python } from '../src/index.js';

const CASES = Number(process.env.NOGIL_CASES ?? 200);
const SEED = process.env.NOGIL_SEED === undefined ? undefined : Number(process.env.NOGIL_SEED);
const LIMIT = Math.max(60_000, CASES * 100); // ms: a loaded machine takes its time
const parameters = { numRuns: CASES, ...(SEED === undefined ? {} : { seed: SEED }) };

const echo = python.eval('lambda value: value') as (value: unknown) => unknown;

/** There and back: what is a proxy on the way is converted, and released. */
function back(value: unknown): unknown {
  const crossed = echo(value);
  // Memory of JavaScript's comes back as it is.
  if (typeof crossed !== 'object' || crossed === null || crossed === value) return crossed;
  try {
    return python.toJs(crossed);
  } finally {
    (crossed as PyProxy).destroy();
  }
}

/** Objects come back as Maps, small bigints as numbers, undefined as null. */
function expected(value: unknown): unknown {
  if (value === undefined) return null;
  if (typeof value === 'bigint') {
    return BigInt.asIntN(54, value) === value && -(2n ** 53n) < value && value < 2n ** 53n
      ? Number(value)
      : value;
  }
  if (Array.isArray(value)) return value.map(expected);
  if (value instanceof Map) {
    return new Map([...value].map(([key, item]) => [expected(key), expected(item)]));
  }
  if (value instanceof Set) return new Set([...value].map(expected));
  if (
    typeof value === 'object' &&
    value !== null &&
    Object.getPrototypeOf(value) === Object.prototype
  ) {
    return new Map(Object.entries(value).map(([key, item]) => [key, expected(item)]));
  }
  return value;
}

function same(one: unknown, other: unknown): boolean {
  if (typeof one !== 'object' || one === null) return Object.is(one, other);
  try {
    expect(one).toStrictEqual(other);
    return true;
  } catch {
    return false;
  }
}

const anyString = fc.oneof(
  fc.string(),
  fc.string({ unit: 'binary' }),
  fc
    .array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 40 })
    .map((units) => String.fromCharCode(...units)),
);
const anyNumber = fc.oneof(
  fc.double(),
  fc.integer(),
  fc.maxSafeInteger(),
  fc.constantFrom(-0, 2 ** 53, -(2 ** 53), 2 ** 31, -(2 ** 31) - 1),
);
const anyBigint = fc.oneof(fc.bigInt(), fc.bigInt({ min: -(2n ** 200n), max: 2n ** 200n }));
const anyScalar = fc.oneof(anyString, anyNumber, anyBigint, fc.boolean(), fc.constant(null));
const anyDate = fc.date({
  min: new Date(-62_135_596_800_000),
  max: new Date(253_402_300_799_999),
  noInvalidDate: true,
});
const { tree } = fc.letrec((tie) => ({
  tree: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    anyScalar,
    fc.array(tie('tree'), { maxLength: 6 }),
    fc.array(fc.integer(), { maxLength: 12 }),
    fc.array(fc.double(), { maxLength: 12 }),
    fc.dictionary(anyString, tie('tree'), { maxKeys: 5, noNullPrototype: true }),
    fc.array(fc.tuple(anyString, tie('tree')), { maxLength: 5 }).map((entries) => new Map(entries)),
    fc.array(anyString, { maxLength: 5 }).map((members) => new Set(members)),
    fc.uint8Array({ maxLength: 12 }),
    anyDate,
  ),
}));

describe('JavaScript to Python to JavaScript', () => {
  it.each<[string, fc.Arbitrary<unknown>]>([
    ['string', anyString],
    ['number', anyNumber],
    ['bigint', anyBigint],
    ['boolean', fc.boolean()],
    ['Date', anyDate],
    ['Uint8Array', fc.uint8Array({ maxLength: 64 })],
    ['Array', fc.array(anyScalar)],
    ['plain object', fc.dictionary(anyString, anyScalar, { noNullPrototype: true })],
    ['Map', fc.array(fc.tuple(anyString, anyScalar)).map((entries) => new Map(entries))],
    ['Set', fc.array(anyString).map((members) => new Set(members))],
    ['what is nested', tree],
  ])(
    '%s',
    (_name, arbitrary) => {
      fc.assert(
        fc.property(arbitrary, (value) => same(back(value), expected(value))),
        parameters,
      );
    },
    LIMIT,
  );
});

// Values of every row, by a generator of its own: seeded, and with the edges more often than chance has them.
const generate = python.run(`
import random, struct

def scalar(r):
    kind = r.randrange(9)
    if kind == 0: return None
    if kind == 1: return r.random() < 0.5
    if kind == 2: return r.randrange(-300, 300)
    if kind == 3: return r.choice((1, -1)) * (2 ** r.choice((31, 32, 53, 63, 64, 128)) + r.randrange(-2, 3))
    if kind == 4: return r.choice((0.0, -0.0, float('inf'), float('-inf'), 5e-324, 1e308, 2.0 ** 53))
    if kind == 5: return struct.unpack('d', r.randbytes(8))[0]
    if kind == 6: return text(r)
    if kind == 7: return r.randbytes(r.randrange(12))
    return r.gauss(0, 1e6)

def text(r):
    points = []
    for _ in range(r.randrange(12)):
        point = r.choice((r.randrange(128), r.randrange(256), r.randrange(0x3000), 0xd800 + r.randrange(0x800), r.randrange(0x110000)))
        if points and 0xd800 <= points[-1] < 0xdc00 and 0xdc00 <= point < 0xe000:
            point = 0 # a pair is refused: UTF-16 would fuse it
        points.append(point)
    return ''.join(map(chr, points))

def key(r):
    return r.choice((text, lambda r: r.randrange(100), lambda r: r.randrange(2 ** 64)))(r)

def value(r, kind, depth=4):
    if kind == 'scalar' or depth == 0: return scalar(r)
    if kind == 'any': kind = r.choice(('scalar', 'list', 'dict', 'set', 'ints', 'floats'))
    count = r.randrange(6)
    if kind == 'list': return [value(r, 'any', depth - 1) for _ in range(count)]
    if kind == 'dict': return {key(r): value(r, 'any', depth - 1) for _ in range(count)}
    if kind == 'set': return {key(r) for _ in range(count)}
    if kind == 'ints': return [r.randrange(-2 ** 31, 2 ** 31) for _ in range(count * 3)]
    if kind == 'floats': return [r.random() for _ in range(count * 3)]
    return scalar(r)

def equal(a, b):
    'The same types and bits, all the way down. A whole float below 2^53 comes back as int: JavaScript has one number.'
    if isinstance(a, float) and type(b) is int: return a == b and abs(b) < 2 ** 53
    if isinstance(a, bytes): return a == bytes(memoryview(b)) # memory of JavaScript's
    if type(a) is not type(b): return False
    if isinstance(a, float): return struct.pack('d', a) == struct.pack('d', b) or (a != a and b != b)
    if isinstance(a, list): return len(a) == len(b) and all(map(equal, a, b))
    if isinstance(a, dict): return list(a) == list(b) and all(equal(a[k], b[k]) for k in a)
    return a == b

def check(seed, kind, there_and_back):
    r = random.Random(seed)
    made = value(r, kind)
    if not isinstance(made, (list, dict, set)): made = [made]
    returned = there_and_back(made)
    return None if equal(made, returned) else repr((made, returned))
check`) as (seed: number, kind: string, there: (value: PyProxy) => unknown) => string | null;

describe('Python to JavaScript to Python', () => {
  it.each(['scalar', 'list', 'dict', 'set', 'ints', 'floats', 'any'])(
    '%s',
    (kind) => {
      const first = SEED ?? Math.trunc(Math.random() * 2 ** 31);
      for (let i = 0; i < CASES; i++) {
        const difference = generate(first + i, kind, (value) => {
          try {
            return value.toJs();
          } finally {
            value.destroy();
          }
        });
        if (difference !== null) expect.fail(`NOGIL_SEED=${first + i}: ${difference}`);
      }
    },
    LIMIT,
  );
});
