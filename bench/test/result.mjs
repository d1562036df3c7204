// @ts-check
// A result with figures that tests choose.
import { rowOf } from '../rows/rows.mjs';

/** @typedef {import('../report/result.mjs').Result} Result */
/** @typedef {import('../harness/rounds.mjs').Cell} Cell */

const GROUP = '3.14.5t';

/** @type {[id: string, title: string, role: import('../report/result.mjs').ResultColumn['role']][]} */
const COLUMNS = [
  ['floor', 'C only', 'floor'],
  ['host', 'C behind Node-API', 'host'],
  ['host-bun', 'C behind Node-API, Bun', 'host'],
  ['nogil-node', 'nogil, Node', 'nogil'],
  ['nogil-bun', 'nogil, Bun', 'nogil'],
  ['pymport', 'pymport', 'peer'],
  ['pyodide', 'Pyodide', 'peer'],
];

/**
 * @param {Record<string, Record<string, number | string>>} figures - by row, by id of a column: a time, or a problem
 * @returns {Result}
 */
export function resultOf(figures) {
  /** @type {Record<string, Record<string, Cell>>} */
  const cells = {};
  for (const [row, byColumn] of Object.entries(figures)) {
    cells[row] = {};
    for (const [id, figure] of Object.entries(byColumn)) {
      cells[row][`${id} ${GROUP}`] =
        typeof figure === 'string'
          ? { samples: [], problem: figure }
          : { samples: [figure, figure * 1.02, figure * 0.98] };
    }
  }
  return {
    date: '2026-01-02T03:04:05.000Z',
    machine: { processor: 'a processor', cores: 2, gibibytes: 4, system: 'Linux 6 x64' },
    load: { before: 0.1, after: 1.2 },
    seconds: 100,
    versions: { nogil: '0.1.0', Node: '24.0.0' },
    pace: { rounds: 3, milliseconds: 10, settle: 2, starts: 1 },
    clock: 'wall',
    groups: [GROUP],
    columns: COLUMNS.map(([id, title, role]) => ({
      ...{ id, title, role, group: GROUP },
      key: `${id} ${GROUP}`,
    })),
    rows: Object.keys(figures).map(rowOf),
    cells,
  };
}
