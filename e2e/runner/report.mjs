// @ts-check
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import Table from 'cli-table3';

/** @typedef {import('./check.mjs').Outcome} Outcome */
/** @typedef {import('./matrix.mjs').Run} Run */
/** @typedef {import('./matrix.mjs').Skip} Skip */

/**
 * @typedef {object} Result
 * @property {Run} run
 * @property {Outcome} outcome
 * @property {string | undefined} problem
 */

/**
 * Everything one needs to see why a run failed, and to repeat it.
 * @param {Result} result
 */
export function describeFailure({ run, outcome, problem }) {
  const { code, signal, stdout, stderr, milliseconds } = outcome;
  const parameters = run.check.parameters.map((parameter) => ` ${parameter}`).join('');
  return [
    `FAILED ${nameOf(run)}: ${problem}`,
    `  program  ${path.join('e2e/programs', run.check.program)}.mjs${parameters}, ${run.place} thread`,
    `  engine   ${run.engine.version}, ${run.engine.program}`,
    `  Python   ${run.python.description}, ${run.python.executable}`,
    `  ended    after ${milliseconds} ms, exit code ${code}, signal ${signal}`,
    `  again    ${again(run)}`,
    indent('stdout', stdout),
    indent('stderr', stderr),
  ].join('\n');
}

/** @param {Run} run */
function nameOf({ check, place, engine, python }) {
  return `${check.name} (${place}, ${engine.name}, Python ${python.name})`;
}

/** @param {Run} run */
function again({ check, place, engine, python }) {
  const where = `--engine ${engine.name} --python ${python.name}`;
  if (check.repeatedBy !== undefined) return `${check.repeatedBy} ${where}`;
  return `node run.mjs --check '${check.name}' --place ${place} ${where}`;
}

/**
 * @param {string} title
 * @param {string} text
 */
function indent(title, text) {
  const body = text === '' ? ' (nothing)' : `\n${text.trimEnd().replaceAll(/^/gm, '    | ')}`;
  return `  ${title}${body}`;
}

/**
 * One row for each check, one column for each engine and Python; a mark for each place.
 *
 * @param {readonly Result[]} results
 * @param {readonly Skip[]} skips
 */
export function renderTable(results, skips) {
  /** @type {Map<string, Map<string, Map<string, string>>>} */
  const rows = new Map();
  /** @type {Set<string>} */
  const columns = new Set();
  /**
   * @param {string} check
   * @param {string} engine
   * @param {string} python
   * @param {string} place
   * @param {string} mark
   */
  function put(check, engine, python, place, mark) {
    const column = `${engine}\n${python}`;
    columns.add(column);
    const row = rows.get(check) ?? new Map();
    rows.set(check, row.set(column, (row.get(column) ?? new Map()).set(place, mark)));
  }
  for (const { run, problem } of results) {
    const mark = problem === undefined ? 'ok' : 'FAIL';
    put(run.check.name, run.engine.name, run.python.name, run.place, mark);
  }
  for (const { check, engine, python, place } of skips) put(check, engine, python, place, 'skip');
  const table = new Table({ head: ['main / worker', ...columns], style: { head: [], border: [] } });
  for (const [check, row] of [...rows].sort(([left], [right]) => left.localeCompare(right))) {
    table.push([check, ...[...columns].map((column) => renderCell(row.get(column)))]);
  }
  return table.toString();
}

/** @param {Map<string, string> | undefined} cell */
function renderCell(cell) {
  if (cell === undefined) return '';
  const marks = [cell.get('main') ?? '·', cell.get('worker') ?? '·'];
  return marks.join(' ');
}

/**
 * Each reason once, with how many runs it cost.
 * @param {readonly Skip[]} skips
 */
export function describeSkips(skips) {
  /** @type {Map<string, number>} */
  const reasons = new Map();
  for (const { reason } of skips) reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
  return [...reasons].map(([reason, count]) => `skipped ${count}: ${reason}`);
}

/**
 * Writes what `npm test` adds up.
 *
 * @param {string} file
 * @param {readonly Result[]} results
 * @param {readonly Skip[]} skips
 * @param {boolean} requireAll - a skipped run counts as failed
 * @param {object} [more] - to write beside the counts
 * @returns {{ passed: number, failed: number, skipped: number }}
 */
export function writeReport(file, results, skips, requireAll, more = {}) {
  const failures = results.filter(({ problem }) => problem !== undefined);
  const counts = {
    passed: results.length - failures.length,
    failed: failures.length + (requireAll ? skips.length : 0),
    skipped: requireAll ? 0 : skips.length,
  };
  const report = {
    ...counts,
    failures: [
      ...failures.map((result) => ({ name: nameOf(result.run), text: describeFailure(result) })),
      ...(requireAll
        ? describeSkips(skips).map((text) => ({ name: 'required by --require all', text }))
        : []),
    ],
  };
  writeCounts(file, { ...report, ...more });
  return counts;
}

/**
 * @param {string} file
 * @param {object} report
 * @param {number} report.passed
 * @param {number} report.failed
 * @param {number} report.skipped
 * @param {readonly { name: string, text: string }[]} report.failures
 */
export function writeCounts(file, report) {
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify(report, null, 2)}\n`);
}
