// @ts-check
// Runs each scenario in a process of its own, with worker threads; README.md says what the options are.
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { allows, SCOPE, wholeNumber } from '../runner/arguments.mjs';
import { check } from '../runner/check.mjs';
import { findEngines } from '../runner/engines.mjs';
import { endAll, execute } from '../runner/process.mjs';
import { findGilPythons, findPrimaryPython } from '../runner/pythons.mjs';
import { describeFailure, renderTable, writeReport } from '../runner/report.mjs';
import { inParallel } from '../runner/schedule.mjs';
import { scenarios } from './scenarios.mjs';

/** How much longer than it was told to a scenario may run, in milliseconds, before it counts as hanging. */
const PATIENCE_MS = 40_000;
/** The GIL builds of `--python all`. */
const GIL_MINORS = /^3\.(10|12|13|14)\./;

const several = /** @type {const} */ ({ type: 'string', multiple: true });
const { values } = parseArgs({
  args: process.argv.slice(2).filter((argument) => argument !== '--'),
  options: {
    ...SCOPE,
    guard: several,
    scenario: several,
    python: several,
    engine: several,
    seconds: { type: 'string', default: '1' },
    seed: { type: 'string' },
    jobs: { type: 'string', default: '1' },
  },
});
const seconds = wholeNumber('seconds', values.seconds);
const seed = wholeNumber('seed', values.seed ?? `${1 + Math.floor(Math.random() * 2 ** 31)}`);

/** @returns {import('../runner/pythons.mjs').Python[]} */
function pythons() {
  const primary = findPrimaryPython();
  if (values.python === undefined) return [primary];
  const gil = findGilPythons().pythons;
  if (values.python.includes('all')) {
    return [primary, ...gil.filter(({ name }) => GIL_MINORS.test(name))];
  }
  return [primary, ...gil].filter(({ name, executable }) =>
    values.python?.some((wanted) => name.includes(wanted) || executable === wanted),
  );
}

const engines = findEngines().engines.filter(({ name }) =>
  values.engine === undefined ? ['node-20', 'bun-1'].includes(name) : allows(values.engine, name),
);
const runs = scenarios
  .filter(({ name, guard }) => allows(values.scenario, name) && allows(values.guard, guard))
  .flatMap(({ name, freeThreaded = false }) =>
    engines.flatMap((engine) =>
      pythons()
        .filter((python) => !freeThreaded || python.name.endsWith('t'))
        .map((python) => ({
          engine,
          python,
          place: /** @type {const} */ ('main'),
          check: check(name, {
            program: `../stress/scenarios/${name}`,
            parameters: [`${seed}`, `${seconds}`],
            gc: true,
            deadline: seconds * 1000 + PATIENCE_MS,
            repeatedBy: `node stress/run.mjs --scenario ${name} --seed ${seed} --seconds ${seconds}`,
            // A core that was built to fail, or with a sanitizer, is named from outside.
            environment: { NOGIL_CORE: process.env.NOGIL_CORE },
          }),
        })),
    ),
  );

for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM'])) {
  process.once(signal, () => {
    endAll();
    process.kill(process.pid, signal);
  });
}

console.log(`stress: seed ${seed}, ${seconds} s for each of ${runs.length} runs`);
/** @type {import('../runner/report.mjs').Result[]} */
const results = [];
await inParallel(runs, wholeNumber('jobs', values.jobs), async (run) => {
  const result = { run, ...(await execute(run)) };
  results.push(result);
  if (result.problem !== undefined) console.log(`\n${describeFailure(result)}\n`);
});
console.log(renderTable(results, []));
const file = fileURLToPath(new URL('../reports/stress.json', import.meta.url));
const counts = writeReport(file, results, [], false);
console.log(`stress: ${counts.passed} passed, ${counts.failed} failed, seed ${seed}`);
process.exitCode = counts.failed > 0 || results.length === 0 ? 1 : 0;
