// @ts-check
// Runs every check in every place of every engine with every Python, each in a process of its own.
// README.md says what the options are; the exit code is 1 when a run failed.
import { fileURLToPath } from 'node:url';
import { checks } from './checks/index.mjs';
import { readArguments } from './runner/arguments.mjs';
import { findEngines } from './runner/engines.mjs';
import { plan } from './runner/matrix.mjs';
import { endAll, execute } from './runner/process.mjs';
import { findGilPythons, findPrimaryPython } from './runner/pythons.mjs';
import { describeFailure, describeSkips, renderTable, writeReport } from './runner/report.mjs';
import { inParallel } from './runner/schedule.mjs';

const choice = readArguments(process.argv.slice(2));
const engines = findEngines();
const primary = findPrimaryPython();
const gil = findGilPythons();
const planned = plan({ checks, engines, primary, gil });
const runs = planned.runs.filter(({ check, place, engine, python }) =>
  choice.includes({ check: check.name, place, engine: engine.name, python: python.name }),
);
const skips = planned.skips.filter(choice.includes);

for (const { name, version } of engines.engines) console.log(`engine ${name}: ${version}`);
for (const { description, executable } of [primary, ...gil.pythons]) {
  console.log(`Python ${description}: ${executable}`);
}
console.log(`${runs.length} runs, ${choice.jobs} at a time`);

for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM'])) {
  process.once(signal, () => {
    endAll();
    process.kill(process.pid, signal);
  });
}

const started = performance.now();
/** @type {import('./runner/report.mjs').Result[]} */
const results = [];
await inParallel(runs, choice.jobs, async (run) => {
  const result = { run, ...(await execute(run)) };
  results.push(result);
  if (result.problem !== undefined) console.log(`\n${describeFailure(result)}\n`);
});

const file = fileURLToPath(new URL('reports/e2e.json', import.meta.url));
const counts = writeReport(file, results, skips, choice.requireAll);
console.log(renderTable(results, skips));
for (const line of describeSkips(skips)) console.log(line);
const seconds = Math.round((performance.now() - started) / 1000);
console.log(
  `e2e: ${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped in ${seconds} s`,
);
// Nothing ran and nothing was skipped: the filters name no run, and that is no success.
process.exitCode = counts.failed > 0 || results.length + skips.length === 0 ? 1 : 0;
