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
  const own = columnOf(result, group, 'nogil-node')?.key ?? '';
  const atMost = (
    /** @type {number | undefined} */ figure,
    /** @type {number} */ limit,
    /** @type {string} */ text,
  ) =>
    figure === undefined ? undefined : { row, group, text, limit, figure, met: figure <= limit };

  if (budget.floor !== undefined) {
    const floor = columnOf(result, group, 'floor')?.key ?? '';
    return atMost(ratioOf(result, row, own, floor), budget.floor, '× the floor, at most');
  }
  if (budget.row !== undefined) {
    const { id, times } = budget.row;
    const figure = ratio(samplesOf(result, row, own), samplesOf(result, id, own));
    return atMost(figure, times, `× the row \`${id}\`, at most`);
  }
  if (budget.value !== undefined) {
    return atMost(summaryOf(result, row, own)?.median, budget.value, `${unitOf(row)}, at most`);
  }
  if (budget.peers !== undefined) {
    const peer = fastestPeer(result, group, row);
    const figure = peer && ratioOf(result, row, peer.key, own);
    if (peer === undefined || figure === undefined) return undefined;
    const text = `× faster than ${peer.title}, at least`;
    return { row, group, text, limit: budget.peers, figure, met: figure >= budget.peers };
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
 * @returns {{ row: string, times: number }[]}
 */
export function slowerOnBun(result, group) {
  const [node, bun] = ['nogil-node', 'nogil-bun'].map(
    (id) => columnOf(result, group, id)?.key ?? '',
  );
  return result.rows.flatMap(({ id: row, kind }) => {
    const times = kind === 'loop' ? ratioOf(result, row, String(bun), String(node)) : undefined;
    return times === undefined || times <= 1 ? [] : [{ row, times }];
  });
}
