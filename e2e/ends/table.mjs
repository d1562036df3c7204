// @ts-check
import Table from 'cli-table3';

/** @typedef {import('../runner/report.mjs').Result & { end: import('./family.mjs').End }} EndResult */

/**
 * A table for each engine and Python: one row for each form, one column for each situation; a cell says how
 * many ended as they should, and how long the slowest took.
 *
 * @param {readonly EndResult[]} results
 */
export function renderEnds(results) {
  const groups = groupBy(results, ({ run }) => `${run.engine.name}, Python ${run.python.name}`);
  return [...groups].map(([title, members]) => `${title}\n${renderOne(members)}`).join('\n');
}

/**
 * @param {readonly EndResult[]} results
 * @param {(result: EndResult) => string} keyOf
 */
function groupBy(results, keyOf) {
  /** @type {Map<string, EndResult[]>} */
  const groups = new Map();
  for (const result of results) {
    const key = keyOf(result);
    groups.set(key, [...(groups.get(key) ?? []), result]);
  }
  return groups;
}

/** @param {EndResult[]} results */
function renderOne(results) {
  const situations = [...groupBy(results, situationOf).keys()].sort();
  const table = new Table({
    head: ['', ...situations.map((situation) => situation.replace(' ', '\n'))],
    style: { head: [], border: [] },
  });
  for (const [form, row] of groupBy(results, ({ end }) => end.form)) {
    const cells = groupBy(row, situationOf);
    table.push([form, ...situations.map((situation) => renderCell(cells.get(situation)))]);
  }
  return table.toString();
}

/** @param {EndResult} result */
function situationOf({ end }) {
  return `${end.who} ${end.what}`;
}

/** @param {EndResult[] | undefined} results */
function renderCell(results) {
  if (results === undefined) return '';
  const failed = results.filter(({ problem }) => problem !== undefined).length;
  const slowest = Math.max(...results.map(({ outcome }) => outcome.sinceReady)) / 1000;
  if (failed > 0) return `FAIL ${failed} of ${results.length}`;
  return `${results.length} ok\n${slowest.toFixed(1)} s`;
}
