/** sqlite3: a database in memory, with functions, aggregates and collations written in TypeScript. */
import assert from 'node:assert/strict';

import { kw, python } from 'nogil';

const sqlite3 = python.import('sqlite3');
const connection = sqlite3.connect(':memory:');

connection.execute('CREATE TABLE movie(title, year, score)');
connection.executemany('INSERT INTO movie VALUES(?, ?, ?)', [
  ['Alien', 1979, 8.5],
  ['Brazil', 1985, 7.9],
  ['Clue', 1985, 7.2],
]);
connection.commit();
const found = connection.execute('SELECT title, year FROM movie WHERE year = ?', [1985]).fetchall();
assert.deepEqual(found.toJs(), [
  ['Brazil', 1985],
  ['Clue', 1985],
]);
const titles: string[] = [];
for (const [title] of connection.execute('SELECT title FROM movie ORDER BY title DESC')) {
  titles.push(title as string);
}
assert.deepEqual(titles, ['Clue', 'Brazil', 'Alien']);

// Rows by name.
connection.row_factory = sqlite3.Row;
const row = connection
  .execute('SELECT * FROM movie WHERE title = :title', { title: 'Alien' })
  .fetchone();
assert.equal(python.op.getitem(row, 'score'), 8.5);
assert.deepEqual([...row.keys()], ['title', 'year', 'score']);
// ... and a factory of one's own: whatever it returns is the row.
connection.row_factory = (
  cursor: { description: Iterable<[string]> },
  values: Iterable<unknown>,
) => {
  const names = [...cursor.description].map(([name]) => name);
  const items = [...values];
  return new Map(names.map((name, index) => [name, items[index]]));
};
const rows = connection
  .execute('SELECT title, year FROM movie WHERE score > 8')
  .fetchall()
  .toJs({ dictConverter: Object.fromEntries });
assert.deepEqual(rows, [{ title: 'Alien', year: 1979 }]);
connection.row_factory = null;

// A JavaScript function in SQL; what it throws is the statement's error.
connection.create_function(
  'decade',
  1,
  (year: number) => Math.floor(year / 10) * 10,
  kw({ deterministic: true }),
);
assert.deepEqual(
  connection
    .execute('SELECT decade(year), count(*) FROM movie GROUP BY 1 ORDER BY 1')
    .fetchall()
    .toJs(),
  [
    [1970, 1],
    [1980, 2],
  ],
);
connection.create_function('fail', 0, () => {
  throw new RangeError('no');
});
assert.throws(
  () => connection.execute('SELECT fail()').fetchall(),
  python.errors.of(sqlite3.OperationalError),
);

/** An aggregate: SQLite calls `step` for each row and then `finalize`. */
class Longest {
  #text = '';

  step(text: string): void {
    if (text.length > this.#text.length) this.#text = text;
  }

  finalize(): string {
    return this.#text;
  }
}
connection.create_aggregate('longest', 1, Longest);
assert.equal(connection.execute('SELECT longest(title) FROM movie').fetchone()[0], 'Brazil');
connection.create_collation('reverse', (a: string, b: string) => (a < b ? 1 : a > b ? -1 : 0));
const reversed = connection.execute('SELECT title FROM movie ORDER BY title COLLATE reverse');
assert.equal(reversed.fetchone()[0], 'Clue');

// Bytes come back as they went in, and big numbers too.
const blob = connection
  .execute('SELECT ?, ?', [python.bytes(Uint8Array.of(0, 255)), 2n ** 62n])
  .fetchone();
assert.deepEqual([...blob[0].toJs()], [0, 255]);
assert.equal(blob[1], 2n ** 62n);

// The connection is a context manager: it commits, or rolls back when the body throws.
assert.throws(() => {
  python.with(connection, () => {
    connection.execute('DELETE FROM movie');
    throw new Error('rather not');
  });
}, /rather not/);
assert.equal(connection.execute('SELECT count(*) FROM movie').fetchone()[0], 3);
connection.close();
assert.throws(() => connection.execute('SELECT 1'), python.errors.of(sqlite3.ProgrammingError));
