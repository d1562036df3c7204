// @ts-check
// What the figures say of DESIGN.md's budgets and of the other bridges.
import { columnOf, fastestPeer, ratioOf, samplesOf, summaryOf } from './result.mjs';
import { ratio } from './statistics.mjs';

/** @typedef {import('./result.mjs').Result} Result */
/** @typedef {import('../rows/rows.mjs').Budget} Budget */

/**
 * @typedef {object} Verdict
 * @property {string} row
 * @property {string} group
 * @property {string} text - the budget, for people
 * @property {number} limit
 * @property {number} figure
 * @property {boolean} met
 * @property {number} [least] - the same figure of C behind Node-API, which adds nothing of its own
 * @property {boolean} [attainable] - whether that is within the budget
 */

/**
 * The budgets of nogil on Node, of each Python. One without figures is no verdict: a run may leave columns out.
 *
 * @param {Result} result
 * @returns {Verdict[]}
 */
export function judge(result) {
  return result.groups.flatMap((group) =>
    result.rows.flatMap((row) =>
      (row.budgets ?? []).flatMap((budget) => judgeOne(result, group, row.id, budget) ?? []),
    ),
  );
}

/**
 * @param {Result} result
 * @param {string} group
 * @param {string} row
 * @param {Budget} budget
 * @returns {Verdict | undefined}
 */
function judgeOne(result, group, row, budget) {
  const { text, limit, within, figureOf } = measureOf(result, group, row, budget);
  const figure = figureOf('nogil-node');
  if (figure === undefined) return undefined;
  const verdict = { row, group, text, limit, figure, met: within(figure) };
  const least = figureOf('host');
  return least === undefined ? verdict : { ...verdict, least, attainable: within(least) };
}

/**
 * @typedef {object} Measure
 * @property {string} text - the budget, for people
 * @property {number} limit
 * @property {(figure: number) => boolean} within
 * @property {(id: string) => number | undefined} figureOf - a column's
 */

/**
 * @param {Result} result
 * @param {string} group
 * @param {string} row
 * @param {Budget} budget
 * @returns {Measure}
 */
function measureOf(result, group, row, budget) {
  const keyOf = (/** @type {string} */ id) => columnOf(result, group, id)?.key ?? '';
  const atMost = (/** @type {number} */ limit) => ({
    limit,
    within: (/** @type {number} */ figure) => figure <= limit,
  });
  if (budget.floor !== undefined) {
    return {
      ...atMost(budget.floor),
      text: '× the floor, at most',
      figureOf: (id) => ratioOf(result, row, keyOf(id), keyOf('floor')),
    };
  }
  if (budget.row !== undefined) {
    const { id: other, times } = budget.row;
    return {
      ...atMost(times),
      text: `× the row \`${other}\`, at most`,
      figureOf: (id) =>
        ratio(samplesOf(result, row, keyOf(id)), samplesOf(result, other, keyOf(id))),
    };
  }
  if (budget.value !== undefined) {
    return {
      ...atMost(budget.value),
      text: `${unitOf(row)}, at most`,
      figureOf: (id) => summaryOf(result, row, keyOf(id))?.least,
    };
  }
  if (budget.peers !== undefined) {
    const limit = budget.peers;
    const peer = fastestPeer(result, group, row);
    return {
      limit,
      within: (figure) => figure >= limit,
      text: `× faster than ${peer?.title ?? 'any other'}, at least`,
      figureOf: (id) => peer && ratioOf(result, row, peer.key, keyOf(id)),
    };
  }
  throw new Error(`a budget of ${row} says nothing`);
}

/** @param {string} row */
function unitOf(row) {
  return row.startsWith('kept-') ? 'bytes' : 'ns';
}

/**
 * @typedef {object} Behind
 * @property {string} row
 * @property {string} group
 * @property {string} peer - its title
 * @property {string} column - id of the nogil column
 * @property {string} own - its title
 * @property {number} times - as much as the peer needs
 */

/**
 * Where another bridge needs less than nogil.
 *
 * @param {Result} result
 * @returns {Behind[]}
 */
export function behind(result) {
  return result.groups.flatMap((group) =>
    result.rows.flatMap(({ id: row }) => {
      const peer = fastestPeer(result, group, row);
      if (peer === undefined) return [];
      return result.columns
        .filter((column) => column.group === group && column.role === 'nogil')
        .flatMap(({ id: column, key, title }) => {
          const times = ratioOf(result, row, key, peer.key);
          return times === undefined || times <= 1
            ? []
            : [{ row, group, peer: peer.title, column, own: title, times }];
        });
    }),
  );
}

/**
 * Rows that Bun takes longer for than Node.
 *
 * @param {Result} result
 * @param {string} group
 * @returns {{ row: string, times: number, least: number | undefined }[]} least: the same of C behind Node-API, which adds
 *   nothing of its own
 */
export function slowerOnBun(result, group) {
  const keyOf = (/** @type {string} */ id) => columnOf(result, group, id)?.key ?? '';
  return result.rows.flatMap(({ id: row, kind }) => {
    const times =
      kind === 'loop' ? ratioOf(result, row, keyOf('nogil-bun'), keyOf('nogil-node')) : undefined;
    const least = ratioOf(result, row, keyOf('host-bun'), keyOf('host'));
    return times === undefined || times <= 1 ? [] : [{ row, times, least }];
  });
}
