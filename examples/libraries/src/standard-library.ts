/** The standard library: json, datetime, decimal, collections, pathlib, as in their documentation. */
import assert from 'node:assert/strict';

import { kw, python } from 'nogil';

// json: dumps with a default and sorted keys, loads with hooks.
const json = python.import('json');
assert.equal(
  json.dumps({ b: [1, 2.5, null], a: 'ü' }, kw({ sort_keys: true })),
  '{"a": "\\u00fc", "b": [1, 2.5, null]}',
);
const { Decimal } = python.import('decimal');
assert.equal(json.dumps({ price: Decimal('1.10') }, kw({ default: String })), '{"price": "1.10"}');
const money = json.loads('{"price": 1.10}', kw({ parse_float: Decimal }));
assert.equal(String(money.get('price')), '1.10');
assert.throws(() => json.loads('[1, 2'), python.errors.of(json.JSONDecodeError));
try {
  json.loads('[1, 2');
} catch (error) {
  assert.ok(error instanceof python.errors.ValueError);
  assert.equal(error.value.colno, Number(error.value.pos) + 1);
}

// datetime: arithmetic with operators, a Date both ways.
const { datetime, timedelta, timezone } = python.import('datetime');
const moon = datetime(1969, 7, 20, 20, 17, kw({ tzinfo: timezone.utc }));
assert.equal(moon.isoformat(), '1969-07-20T20:17:00+00:00');
const later = python.op.add(moon, timedelta(kw({ days: 1, hours: 2 })));
assert.equal(later.strftime('%d.%m.%Y %H:%M'), '21.07.1969 22:17');
assert.equal(python.op.sub(later, moon).total_seconds(), 93_600);
assert.ok(python.op.lt(moon, new Date()));
assert.deepEqual(moon.toJs({ datetime: 'date' }), new Date(Date.UTC(1969, 6, 20, 20, 17)));
assert.deepEqual(
  python.eval('lambda d: (d.year, d.utcoffset().total_seconds())')(new Date(0)).toJs(),
  [1970, 0],
);

// decimal: exact arithmetic, contexts.
const { getcontext, localcontext } = python.import('decimal');
assert.equal(String(python.op.add(Decimal('0.1'), Decimal('0.2'))), '0.3');
assert.ok(python.op.eq(Decimal('0.30'), Decimal('0.3')));
python.with(localcontext(), (context) => {
  context.prec = 6;
  assert.equal(String(python.op.truediv(Decimal(1), Decimal(7))), '0.142857');
});
assert.equal(getcontext().prec, 28);

// collections and itertools.
const { Counter, deque, namedtuple } = python.import('collections');
const counted = Counter('abracadabra');
assert.deepEqual(counted.most_common(2).toJs(), [
  ['a', 5],
  ['b', 2],
]);
const Point = namedtuple('Point', ['x', 'y']);
const { x, y } = Point(3, kw({ y: 4 }));
assert.equal(Math.hypot(x, y), 5);
const line = deque([1, 2, 3], kw({ maxlen: 3 }));
line.append(4);
assert.deepEqual([...line], [2, 3, 4]);
const itertools = python.import('itertools');
const found: number[] = [];
for (const value of itertools.count(10)) {
  if (value > 12) break;
  found.push(value as number);
}
assert.deepEqual(found, [10, 11, 12]);
const byLength = itertools.groupby(['a', 'b', 'cc'], (word: string) => word.length);
assert.deepEqual(
  [...byLength].map(([key]) => key),
  [1, 2],
);

// Functions that take functions: sorted with a key, functools.reduce.
const words = python.builtins.sorted(
  ['pear', 'fig', 'apple'],
  kw({ key: (word: string) => word.length }),
);
assert.deepEqual(words.toJs(), ['fig', 'pear', 'apple']);
const { reduce } = python.import('functools');
assert.equal(
  reduce((a: number, b: number) => a * b, [1, 2, 3, 4]),
  24,
);

// pathlib and tempfile: operators, `with`, files.
const { Path } = python.import('pathlib');
python.with(python.import('tempfile').TemporaryDirectory(), (folder) => {
  const file = python.op.truediv(Path(folder), 'note.txt');
  file.write_text('first\nsecond\n', kw({ encoding: 'utf-8' }));
  python.with(file.open(), (lines) => {
    assert.deepEqual([...lines], ['first\n', 'second\n']);
  });
  assert.equal(file.suffix, '.txt');
});
const re = python.import('re');
const match = re.search('(?P<year>\\d{4})-(?P<month>\\d\\d)', 'on 2026-11-25');
assert.equal(match.group('year'), '2026');
assert.equal(
  re.sub('\\d', (digit: { group(): string }) => String(9 - Number(digit.group())), 'a1b2'),
  'a8b7',
);
