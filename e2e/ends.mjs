// @ts-check
// Ends processes in every form while Python is busy; README.md says what the options are.
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { core, single, smoke, together } from './ends/family.mjs';
import { renderEnds } from './ends/table.mjs';
import { allows, allowsPython, isRequireAll, SCOPE, wholeNumber } from './runner/arguments.mjs';
import { findEngines } from './runner/engines.mjs';
import { endAll, execute } from './runner/process.mjs';
import { findGilPythons, findPrimaryPython } from './runner/pythons.mjs';
import { describeFailure, describeSkips, writeReport } from './runner/report.mjs';
import { inParallel } from './runner/schedule.mjs';

/** @typedef {import('./ends/family.mjs').End} End */
/** @typedef {import('./runner/engines.mjs').Engine} Engine */
/** @typedef {import('./runner/pythons.mjs').Python} Python */

/** The engines that get the whole family; the others get the smoke family. */
const THOROUGH = ['node-20', 'bun-1'];

const several = /** @type {const} */ ({ type: 'string', multiple: true });
const { values } = parseArgs({
  args: process.argv.slice(2).filter((argument) => argument !== '--'),
  options: {
    family: { type: 'string', default: 'matrix' },
    repeat: { type: 'string', default: '1' },
    jobs: { type: 'string', default: '4' }, // most of the time a process waits for a bound
    ...SCOPE,
    end: several,
    engine: several,
    python: several,
  },
});
const repeat = wholeNumber('repeat', values.repeat);

const { engines, missing } = findEngines();
const primary = findPrimaryPython();
const gil = findGilPythons();
const pythons = [primary, ...gil.pythons];

/**
 * @param {Engine} engine
 * @param {Python} python
 * @returns {readonly End[]}
 */
function familyFor(engine, python) {
  switch (values.family) {
    case 'matrix':
      if (!THOROUGH.includes(engine.name)) return python === primary ? smoke : [];
      return python === primary ? single : smoke;
    case 'smoke':
      return smoke;
    case 'core':
      return core;
    case 'single':
      return single;
    case 'together':
      return together;
    case 'all':
      return [...single, ...together];
    default:
      throw new Error(`--family ${values.family}: matrix, smoke, core, single, together or all`);
  }
}

const runs = engines
  .filter(({ name }) => allows(values.engine, name))
  .flatMap((engine) =>
    pythons
      .filter(({ name }) => allowsPython(values.python, name))
      .flatMap((python) =>
        familyFor(engine, python)
          .filter(({ check }) => allows(values.end, check.name))
          .map((end) => ({ end, run: { check: end.check, place: end.place, engine, python } })),
      ),
  );
const skips = [...missing, ...gil.missing].map(({ name, reason }) => ({
  check: 'process ends',
  place: /** @type {const} */ ('main'),
  engine: name,
  python: '',
  reason,
}));

const started = performance.now();
/** @type {import('./ends/table.mjs').EndResult[]} */
const results = [];

function conclude() {
  console.log(renderEnds(results));
  for (const line of describeSkips(skips)) console.log(line);
  const file = fileURLToPath(new URL('reports/ends.json', import.meta.url));
  const counts = writeReport(file, results, skips, isRequireAll(values));
  console.log(
    `ends: ${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped in ${seconds()} s`,
  );
  return counts;
}

function seconds() {
  return Math.round((performance.now() - started) / 1000);
}

// A soak takes hours: what it found until somebody ends it must not be lost.
for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
  process.once(signal, () => {
    endAll();
    console.log(`interrupted by ${signal} after ${results.length} of ${rounds.length}`);
    conclude();
    process.kill(process.pid, signal);
  });
}

// Round by round, so that an interrupted soak has repeated everything equally often.
const rounds = Array.from({ length: repeat }, () => runs).flat();
await inParallel(rounds, wholeNumber('jobs', values.jobs), async ({ end, run }) => {
  const result = { end, run, ...(await execute(run)) };
  results.push(result);
  if (result.problem !== undefined) console.log(`\n${describeFailure(result)}\n`);
  if (repeat === 1 || results.length % runs.length !== 0) return;
  const failed = results.filter(({ problem }) => problem !== undefined).length;
  console.log(`${results.length} of ${rounds.length} in ${seconds()} s, ${failed} failed`);
});

const { failed } = conclude();
process.exitCode = failed > 0 || results.length === 0 ? 1 : 0;
