// @ts-check
import { expect, test } from 'vitest';
import { behind, judge, slowerOnBun } from '../report/verdicts.mjs';
import { rows } from '../rows/rows.mjs';
import { resultOf } from './result.mjs';

/** @param {import('../report/result.mjs').Result} result */
const verdicts = (result) => judge(result).map(({ row, met }) => [row, met]);

test('a budget is judged against the floor and against the fastest peer', () => {
  const good = { floor: 50, 'nogil-node': 80, pymport: 2000, pyodide: 500 };
  expect(verdicts(resultOf({ call: good }))).toEqual([
    ['call', true],
    ['call', true],
  ]);
  expect(verdicts(resultOf({ call: { ...good, 'nogil-node': 95 } }))).toEqual([
    ['call', false],
    ['call', true],
  ]);
  expect(verdicts(resultOf({ call: { ...good, pyodide: 300 } }))).toEqual([
    ['call', true],
    ['call', false],
  ]);
});

test('a budget is judged against another row of nogil', () => {
  const rowsOf = (/** @type {number} */ method) =>
    resultOf({ call: { 'nogil-node': 80 }, method: { 'nogil-node': method } });
  expect(verdicts(rowsOf(150))).toEqual([['method', true]]);
  expect(verdicts(rowsOf(170))).toEqual([['method', false]]);
});

test('a budget in a unit is judged by the figure', () => {
  expect(verdicts(resultOf({ handle: { 'nogil-node': 140 } }))).toEqual([['handle', true]]);
  expect(verdicts(resultOf({ 'kept-handle': { 'nogil-node': 33 } }))).toEqual([
    ['kept-handle', false],
  ]);
});

test('a budget that C behind an engine does not meet is out of reach', () => {
  const budgets = (/** @type {Record<string, number>} */ figures) =>
    judge(resultOf({ call: figures })).map(({ met, least, attainable }) => [
      ...[met, least, attainable],
    ]);
  const slow = { floor: 50, 'nogil-node': 120, pymport: 2000 };
  expect(budgets({ ...slow, host: 100 })).toEqual([
    [false, 2, false],
    [true, 20, true],
  ]);
  expect(budgets({ ...slow, host: 80 })[0]).toEqual([false, 1.6, true]);
  expect(budgets(slow)[0]).toEqual([false, undefined, undefined]);
});

test('what was not measured is not judged', () => {
  expect(verdicts(resultOf({ call: { 'nogil-node': 80, pymport: 'crashed' } }))).toEqual([]);
});

test('every budget names one thing, and rows that there are', () => {
  const ids = new Set(rows.map(({ id }) => id));
  expect(ids.size).toBe(rows.length);
  for (const { id, budgets = [] } of rows) {
    for (const budget of budgets) {
      expect(Object.keys(budget), id).toHaveLength(1);
      if (budget.row !== undefined) expect(ids).toContain(budget.row.id);
    }
  }
});

test('a row where any peer is faster is named, for each engine that is behind', () => {
  const result = resultOf({
    dict: { 'nogil-node': 90, 'nogil-bun': 200, pymport: 100, pyodide: 150 },
    get: { 'nogil-node': 10, 'nogil-bun': 9, pymport: 100 },
  });
  expect(behind(result)).toEqual([
    expect.objectContaining({ row: 'dict', own: 'nogil, Bun', peer: 'pymport', times: 2 }),
  ]);
});

test('a row that takes longer on Bun is named, with what the engines make of it', () => {
  const result = resultOf({
    call: { host: 50, 'host-bun': 150, 'nogil-node': 100, 'nogil-bun': 200 },
    dict: { 'nogil-node': 90, 'nogil-bun': 180 },
    get: { host: 5, 'host-bun': 20, 'nogil-node': 10, 'nogil-bun': 9 },
  });
  expect(slowerOnBun(result, '3.14.5t')).toEqual([
    { row: 'call', times: expect.closeTo(2), least: expect.closeTo(3) },
    { row: 'dict', times: expect.closeTo(2), least: undefined },
  ]);
});
