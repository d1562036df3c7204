// @ts-check
// Runs each program of examples/libraries, with the packages it needs in a virtual environment that this makes.
// README.md says what the options are.
import { fileURLToPath } from 'node:url';
import { readArguments } from '../runner/arguments.mjs';
import { check } from '../runner/check.mjs';
import { findEngines } from '../runner/engines.mjs';
import { endAll, execute } from '../runner/process.mjs';
import { findPrimaryPython } from '../runner/pythons.mjs';
import { describeFailure, describeSkips, renderTable, writeReport } from '../runner/report.mjs';
import { inParallel } from '../runner/schedule.mjs';
import { environmentWith, unreachable } from './environment.mjs';
import { requirementsFor, WITH_PACKAGES, WITHOUT_PACKAGES } from './requirements.mjs';

/** On a loaded machine the first import of scikit-learn alone, which compiles it, takes half a minute. */
const DEADLINE_MS = 180_000;

const choice = readArguments(process.argv.slice(2));
const python = findPrimaryPython();
const engines = findEngines().engines.filter(({ name }) => ['node-20', 'bun-1'].includes(name));

for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM'])) {
  process.once(signal, () => {
    endAll();
    process.kill(process.pid, signal);
  });
}

/**
 * @param {readonly string[]} programs
 * @param {string} executable
 */
function runsOf(programs, executable) {
  return engines
    .flatMap((engine) =>
      programs.map((name) => ({
        engine,
        python: { ...python, executable },
        place: /** @type {const} */ ('main'),
        check: check(name, {
          program: '../libraries/program',
          parameters: [name],
          deadline: DEADLINE_MS,
          repeatedBy: `node libraries/run.mjs --check ${name}`,
        }),
      })),
    )
    .filter(isChosen);
}

/** @param {import('../runner/matrix.mjs').Run} run */
function isChosen({ check: { name }, place, engine, python: { name: version } }) {
  return choice.includes({ check: name, place, engine: engine.name, python: version });
}

const runs = runsOf(WITHOUT_PACKAGES, python.executable);
const demanding = runsOf(WITH_PACKAGES, python.executable);
/** @type {import('../runner/matrix.mjs').Skip[]} */
const skips = [];
if (demanding.length > 0) {
  try {
    const executable = await environmentWith(python, requirementsFor(python.name));
    runs.push(...runsOf(WITH_PACKAGES, executable));
  } catch (error) {
    const reason = unreachable(error);
    if (reason === undefined) throw error;
    for (const {
      check: { name },
      place,
      engine,
    } of demanding) {
      skips.push({
        check: name,
        place,
        engine: engine.name,
        python: python.name,
        reason: `${name}: ${reason}`,
      });
    }
  }
}

/** @type {import('../runner/report.mjs').Result[]} */
const results = [];
await inParallel(runs, choice.jobs, async (run) => {
  const result = { run, ...(await execute(run)) };
  results.push(result);
  if (result.problem !== undefined) console.log(`\n${describeFailure(result)}\n`);
});

console.log(renderTable(results, skips));
for (const line of describeSkips(skips)) console.log(line);
const file = fileURLToPath(new URL('../reports/libraries.json', import.meta.url));
const counts = writeReport(file, results, skips, choice.requireAll);
console.log(
  `libraries: ${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`,
);
process.exitCode = counts.failed > 0 || results.length + skips.length === 0 ? 1 : 0;
