// @ts-check
// Measures, prints and writes; README.md says what the options are.
import { mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { CLOCK } from './columns/sample.mjs';
import { readArguments } from './harness/arguments.mjs';
import { openColumns } from './harness/columns.mjs';
import { findEngines } from './harness/engines.mjs';
import { docsFolder } from './harness/folders.mjs';
import { Lane } from './harness/lane.mjs';
import { describeMachine, load } from './harness/machine.mjs';
import { PEERS } from './harness/peers.mjs';
import { findPythons } from './harness/pythons.mjs';
import { measure } from './harness/rounds.mjs';
import { measureKept, measureStarts } from './harness/starts.mjs';
import { writeDocument } from './report/write.mjs';
import { onTerminal, tableOf } from './report/table.mjs';
import { behind, judge } from './report/verdicts.mjs';
import { digits, times } from './report/figures.mjs';

/** @typedef {import('./report/result.mjs').Result} Result */

const choice = readArguments(process.argv.slice(2));
const say = (/** @type {string} */ text) => console.error(text);

if (choice.processorTime) process.env[CLOCK] = 'processor'; // every column inherits it
const engines = findEngines();
const pythons = await findPythons(choice.gil);
const columns = await openColumns(pythons, engines, choice.wants, say);
const result = await run();
mkdirSync(path.dirname(choice.file), { recursive: true });
writeFileSync(choice.file, JSON.stringify(result));
if (choice.complete) await writeDocument(result, docsFolder);
print(result);

/** @returns {Promise<Result>} */
async function run() {
  const loadBefore = load();
  const start = performance.now();
  const { pace } = choice;
  const of = (/** @type {string} */ kind) => choice.rows.filter((row) => row.kind === kind);
  const cells = await loops(of('loop'));
  if (of('start').length + of('resident').length > 0) {
    const { start: starts, resident } = await measureStarts(columns, pace.starts, say);
    cells.set('start', starts).set('resident', resident);
  }
  if (of('kept').length > 0) {
    const kept = await measureKept(of('kept'), columns, Math.min(pace.starts, 3), say);
    for (const [row, cell] of kept) cells.set(row, cell);
  }
  return {
    date: new Date().toISOString(),
    machine: describeMachine(),
    load: { before: loadBefore, after: load() },
    seconds: (performance.now() - start) / 1000,
    versions: versions(),
    pace,
    clock: choice.processorTime ? 'processor' : 'wall',
    groups: pythons
      .map(({ name }) => name)
      .filter((name) => columns.some(({ group }) => group === name)),
    columns: columns.map(({ id, key, group, title, role, problem }) => ({
      ...{ id, key, group, title, role },
      ...(problem === undefined ? {} : { problem }),
    })),
    rows: choice.rows,
    cells: Object.fromEntries([...cells].map(([row, own]) => [row, Object.fromEntries(own)])),
  };
}

/** @param {readonly import('./rows/rows.mjs').Row[]} rows */
async function loops(rows) {
  if (rows.length === 0) return new Map();
  const lanes = columns.flatMap(({ key, programs }) =>
    programs.map((program) => ({ column: key, lane: new Lane(program) })),
  );
  const sources = lanes.map(({ column, lane }) => ({
    column,
    ask: (/** @type {Record<string, string | number | boolean>} */ request) => lane.ask(request),
  }));
  try {
    return await measure(rows, sources, choice.pace, say);
  } finally {
    await Promise.all(lanes.map(({ lane }) => lane.close()));
  }
}

/** @returns {Record<string, string>} */
function versions() {
  const { version } = createRequire(import.meta.url)('nogil/package.json');
  const { node, bun } = engines;
  return {
    nogil: version,
    Node: node.version.replace(/^v/, ''),
    ...(bun === undefined ? {} : { Bun: bun.version }),
    Python: pythons.map(({ name }) => name).join(' and '),
    ...Object.fromEntries(Object.values(PEERS).map((peer) => [peer.name, peer.version])),
  };
}

/** @param {Result} all */
function print(all) {
  for (const group of all.groups)
    console.log(`\nPython ${group}\n${onTerminal(tableOf(all, group))}`);
  for (const { row, group, text, limit, figure, met, least } of judge(all)) {
    const host = least === undefined ? '' : `; C behind Node-API ${digits(least)}`;
    console.log(
      `${met ? 'met    ' : 'NOT MET'}  ${row}, ${group}: ${digits(figure)}; budget ${digits(limit)} ${text}${host}`,
    );
  }
  for (const { row, group, peer, own, times: factor } of behind(all)) {
    console.log(`BEHIND   ${row}, ${group}: ${own} needs ${times(factor)} what ${peer} needs`);
  }
  for (const { key, problem } of all.columns) if (problem) console.log(`${key}: ${problem}`);
  console.log(
    `${Math.round(all.seconds)} s; load ${digits(all.load.before)} to ${digits(all.load.after)}; ${choice.file}`,
  );
}
