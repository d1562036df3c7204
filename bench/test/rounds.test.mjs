// @ts-check
import { expect, test } from 'vitest';
import { measure } from '../harness/rounds.mjs';
import { rowOf } from '../rows/rows.mjs';

const rows = [rowOf('call'), rowOf('get')];
const pace = { rounds: 3, milliseconds: 1, warmUp: 1, settle: 0 };
const quiet = () => undefined;

/**
 * @param {string} column
 * @param {string[]} log
 * @param {(request: Record<string, unknown>, asked: number) => Record<string, unknown>} [answer]
 */
function source(column, log, answer = () => ({ nanoseconds: 5 })) {
  let asked = 0;
  return {
    column,
    ask: async (/** @type {Record<string, string | number | boolean>} */ request) => {
      if (request.sample !== undefined) log.push(`${request.sample} ${column}`);
      return answer(request, asked++);
    },
  };
}

test('each round asks every column for every row before the next begins', async () => {
  /** @type {string[]} */
  const log = [];
  await measure(rows, [source('a', log), source('b', log)], pace, quiet);
  expect(log).toEqual([
    ...['call a', 'call b', 'get a', 'get b'],
    ...['call b', 'call a', 'get b', 'get a'],
    ...['call a', 'call b', 'get a', 'get b'],
  ]);
});

test('a row that a column does not have has no cell; one that fails says why, and is not asked again', async () => {
  /** @type {string[]} */
  const log = [];
  const picky = source('picky', log, ({ prepare, sample }, asked) => {
    if (prepare === 'get') return { unsupported: true };
    return sample !== undefined && asked > 2 ? { problem: 'crashed' } : { nanoseconds: 7 };
  });
  const cells = await measure(rows, [picky, source('b', log)], pace, quiet);
  expect(cells.get('get')?.has('picky')).toBe(false);
  expect(cells.get('call')?.get('picky')).toEqual({ samples: [], problem: 'crashed' });
  expect(cells.get('call')?.get('b')).toEqual({ samples: [5, 5, 5] });
  expect(log.filter((entry) => entry === 'call picky')).toHaveLength(2);
});

test('before each sample a column works for a while that is not counted', async () => {
  /** @type {string[]} */
  const log = [];
  const settling = source('a', log, ({ milliseconds }) => ({ nanoseconds: milliseconds }));
  const cells = await measure([rowOf('call')], [settling], { ...pace, settle: 4 }, quiet);
  expect(log).toHaveLength(2 * pace.rounds);
  expect(cells.get('call')?.get('a')?.samples).toEqual([1, 1, 1]);
});

test('two programs of one column share its rows', async () => {
  /** @type {string[]} */
  const log = [];
  const half = (/** @type {string} */ own) =>
    source('a', log, ({ prepare, sample }) =>
      (prepare ?? sample) === own ? { nanoseconds: 9 } : { unsupported: true },
    );
  const cells = await measure(rows, [half('call'), half('get')], pace, quiet);
  expect(cells.get('call')?.get('a')?.samples).toEqual([9, 9, 9]);
  expect(cells.get('get')?.get('a')?.samples).toEqual([9, 9, 9]);
});
