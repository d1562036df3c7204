// @ts-check
// What a run has found: the shape of its JSON, and how its figures are asked for.
import { ratio, summarize } from './statistics.mjs';

/** @typedef {import('../harness/rounds.mjs').Cell} Cell */
/** @typedef {import('../rows/rows.mjs').Row} Row */

/**
 * @typedef {object} ResultColumn
 * @property {string} id
 * @property {string} key
 * @property {string} group
 * @property {string} title
 * @property {'floor' | 'host' | 'nogil' | 'peer'} role
 * @property {string} [problem]
 */

/**
 * @typedef {object} Result
 * @property {string} date - ISO
 * @property {import('../harness/machine.mjs').Machine} machine
 * @property {{ before: number, after: number }} load
 * @property {number} seconds - of the whole run
 * @property {Record<string, string>} versions - by what it is
 * @property {{ rounds: number, milliseconds: number, settle: number, starts: number }} pace
 * @property {'wall' | 'processor'} clock - of synchronous rows
 * @property {readonly string[]} groups - the Pythons
 * @property {readonly ResultColumn[]} columns
 * @property {readonly Row[]} rows
 * @property {Record<string, Record<string, Cell>>} cells - by row, by key of the column
 */

/**
 * @param {Result} result
 * @param {string} row
 * @param {string} key
 * @returns {readonly number[]} empty where there are none
 */
export function samplesOf({ cells }, row, key) {
  return cells[row]?.[key]?.samples ?? [];
}

/**
 * @param {Result} result
 * @param {string} row
 * @param {string} key
 */
export function summaryOf(result, row, key) {
  return summarize(samplesOf(result, row, key));
}

/**
 * @param {Result} result
 * @param {string} row
 * @param {string} key
 * @param {string} other - key of a column, of the same row
 */
export function ratioOf(result, row, key, other) {
  return ratio(samplesOf(result, row, key), samplesOf(result, row, other));
}

/**
 * @param {Result} result
 * @param {string} group
 * @param {string} id
 * @returns {ResultColumn | undefined}
 */
export function columnOf({ columns }, group, id) {
  return columns.find((column) => column.group === group && column.id === id);
}

/**
 * The fastest other bridge of a group in a row.
 *
 * @param {Result} result
 * @param {string} group
 * @param {string} row
 * @returns {ResultColumn | undefined}
 */
export function fastestPeer(result, group, row) {
  /** @type {ResultColumn | undefined} */
  let best;
  let least = Infinity;
  for (const column of result.columns) {
    if (column.group !== group || column.role !== 'peer') continue;
    const figure = summaryOf(result, row, column.key)?.least ?? Infinity;
    if (figure < least) [best, least] = [column, figure];
  }
  return best;
}
