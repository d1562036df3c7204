// @ts-check
// Tables of a result: what is in them, and the form they have on a terminal.
import Table from 'cli-table3';
import { figure, spread, times } from './figures.mjs';
import { columnOf, ratioOf, summaryOf } from './result.mjs';

/** @typedef {import('./result.mjs').Result} Result */
/** @typedef {import('./result.mjs').ResultColumn} ResultColumn */

/**
 * The columns of a Python, those that could not be built among them.
 *
 * @param {Result} result
 * @param {string} group
 */
export function columnsOf(result, group) {
  return result.columns.filter((column) => column.group === group);
}

/**
 * One Python's rows, as text: for each column the time, how much more most rounds took, and a ratio. For nogil and C
 * behind an engine that is how many times the floor it needs; for others, how many times what nogil needs on Node.
 *
 * @param {Result} result
 * @param {string} group
 * @returns {{ head: string[], body: string[][] }}
 */
export function tableOf(result, group) {
  const columns = columnsOf(result, group);
  const body = result.rows
    .map((row) => [row.title, ...columns.map((column) => cellOf(result, group, row, column))])
    .filter(([, ...cells]) => cells.some((cell) => cell !== '–'));
  return { head: ['', ...columns.map(({ title }) => title)], body };
}

/**
 * @param {Result} result
 * @param {string} group
 * @param {import('../rows/rows.mjs').Row} row
 * @param {ResultColumn} column
 */
function cellOf(result, group, row, { key, role }) {
  const cell = result.cells[row.id]?.[key];
  if (cell?.problem !== undefined) return 'failed';
  const summary = summaryOf(result, row.id, key);
  if (summary === undefined) return '–';
  const beside = columnOf(result, group, role === 'peer' ? 'nogil-node' : 'floor')?.key ?? '';
  const factor = role === 'floor' ? undefined : ratioOf(result, row.id, key, beside);
  const parts = [figure(summary.least, row.kind), spread(summary.spread)];
  return [...parts, ...(factor === undefined ? [] : [times(factor)])].join(' ');
}

/**
 * @param {{ head: string[], body: string[][] }} table
 * @returns {string} for a terminal
 */
export function onTerminal({ head, body }) {
  const table = new Table({ head, style: { head: [], border: [], compact: true } });
  table.push(...body);
  return table.toString();
}
