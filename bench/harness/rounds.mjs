// @ts-check
// Rounds: each takes one sample of every row from every column before the next begins, so that whatever slows a machine for
// a while meets all of them, and each has rounds without.

/** @typedef {import('../rows/rows.mjs').Row} Row */

/**
 * What a column has for a row.
 * @typedef {object} Cell
 * @property {number[]} samples - one for each round, in the row's unit; empty where there are none
 * @property {string} [problem] - why there are none; absent for a row that the column does not have
 */

/**
 * Something that is asked for samples.
 * @typedef {object} Source
 * @property {string} column - whose cells they are
 * @property {(request: Record<string, string | number | boolean>) => Promise<Record<string, unknown>>} ask
 */

/**
 * @typedef {object} Pace
 * @property {number} rounds
 * @property {number} milliseconds - of one sample
 * @property {number} warmUp - milliseconds
 * @property {number} settle - milliseconds before each sample that are not counted: since the last one other processes
 *   have had the caches, and engines throw away code that was not run for a while
 */

/**
 * @param {readonly Row[]} rows - of kind `loop`
 * @param {readonly Source[]} sources - two of the same column have different rows
 * @param {Pace} pace
 * @param {(text: string) => void} say - progress
 * @returns {Promise<Map<string, Map<string, Cell>>>} by row, by column
 */
export async function measure(rows, sources, { rounds, milliseconds, warmUp, settle }, say) {
  /** @type {Map<string, Map<string, Cell>>} */
  const cells = new Map(rows.map(({ id }) => [id, new Map()]));
  /** @type {{ row: Row, source: Source, cell: Cell }[]} */
  const ready = [];
  for (const row of rows) {
    for (const source of sources) {
      const answer = await source.ask({ prepare: row.id, milliseconds: warmUp });
      if (answer.unsupported === true) continue;
      const cell = withoutSamples(answer);
      cells.get(row.id)?.set(source.column, cell);
      if (cell.problem === undefined) ready.push({ row, source, cell });
      else say(`${source.column}, ${row.id}: ${cell.problem}`);
    }
  }
  for (let round = 0; round < rounds; round++) {
    say(`round ${round + 1} of ${rounds}`);
    for (const { row, source, cell } of ordered(ready, round)) {
      if (cell.problem !== undefined) continue;
      if (settle > 0) await source.ask({ sample: row.id, milliseconds: settle });
      const sliced = row.sliced === true;
      const answer = await source.ask({ sample: row.id, milliseconds, sliced });
      if (typeof answer.nanoseconds === 'number') cell.samples.push(answer.nanoseconds);
      else {
        cell.problem = String(answer.problem ?? 'no figure');
        cell.samples.length = 0;
        say(`${source.column}, ${row.id}: ${cell.problem}`);
      }
    }
  }
  return cells;
}

/**
 * Rows one after another, and within a row the columns, in another order each round: what a process leaves in the
 * caches then does not always meet the same one.
 *
 * @template {{ row: Row }} Entry
 * @param {readonly Entry[]} entries
 * @param {number} round
 * @returns {Entry[]}
 */
function ordered(entries, round) {
  const rows = [...new Set(entries.map(({ row }) => row))];
  return rows.flatMap((row) => {
    const own = entries.filter((entry) => entry.row === row);
    const first = round % own.length;
    return [...own.slice(first), ...own.slice(0, first)];
  });
}

/**
 * @param {Record<string, unknown>} answer
 * @returns {Cell}
 */
function withoutSamples({ problem }) {
  return problem === undefined ? { samples: [] } : { samples: [], problem: firstLine(problem) };
}

/** @param {unknown} text */
function firstLine(text) {
  return String(text).trim().split('\n')[0] ?? '';
}
