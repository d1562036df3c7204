// @ts-check
// Runs every check in every place of every engine with every Python, each in a process of its own.
// README.md says what the options are; the exit code is 1 when a run failed.
import { checks } from './checks/index.mjs';
import { readArguments } from './runner/arguments.mjs';
import { findEngines } from './runner/engines.mjs';
import { writeHostReport, writeMatrixPage } from './runner/host-report.mjs';
import { findInstallations, installationNames } from './runner/installations.mjs';
import { plan } from './runner/matrix.mjs';
import { endAll, execute } from './runner/process.mjs';
import { findBuilds, findPrimaryPython, installBuilds } from './runner/pythons.mjs';
import { describeFailure, describeSkips, renderTable } from './runner/report.mjs';
import { inParallel } from './runner/schedule.mjs';

const choice = readArguments(process.argv.slice(2));
const engines = findEngines();
const columns = await findColumns();
const planned = plan({ checks, engines, columns, full: choice.full });
const runs = planned.runs.filter(({ check, place, engine, python }) =>
  choice.includes({ check: check.name, place, engine: engine.name, python: python.name }),
);
const skips = planned.skips.filter(choice.includes);

/** @returns {Promise<import('./runner/matrix.mjs').Column[]>} */
async function findColumns() {
  const primary = findPrimaryPython();
  let builds = findBuilds();
  if (choice.requireAll && builds.missing.length > 0) {
    await installBuilds(builds.missing.filter(({ name }) => choice.includesPython(name)));
    builds = findBuilds();
  }
  const installations = await findInstallations(primary, choice.includesPython);
  return [
    { role: 'primary', name: primary.name, python: primary },
    ...builds.pythons
      .filter(({ build }) => build !== primary.build)
      .map((python) => ({ role: /** @type {const} */ ('build'), name: python.name, python })),
    ...builds.missing.map((missing) => ({ role: /** @type {const} */ ('build'), ...missing })),
    ...installationNames.flatMap((name) => {
      const python = installations.pythons.find((each) => each.name === name);
      const reason = installations.missing.find((each) => each.name === name)?.reason;
      if (python === undefined && reason === undefined) return []; // not wanted
      const found = python === undefined ? { reason: reason ?? '' } : { python };
      return [{ role: /** @type {const} */ ('installation'), name, ...found }];
    }),
  ];
}

for (const { name, version } of engines.engines) console.log(`engine ${name}: ${version}`);
for (const { python } of columns) {
  if (python !== undefined) console.log(`Python ${python.description}: ${python.executable}`);
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

const counts = { passed: 0, failed: 0, skipped: 0 };
for (const host of [...engines.engines, ...engines.missing]) {
  const ofHost = results.filter(({ run }) => run.engine.name === host.name);
  const skipsOfHost = skips.filter(({ engine }) => engine === host.name);
  if (ofHost.length + skipsOfHost.length === 0) continue;
  const { passed, failed, skipped } = writeHostReport(host, ofHost, skipsOfHost, choice.requireAll);
  counts.passed += passed;
  counts.failed += failed;
  counts.skipped += skipped;
}
if (choice.full && choice.everything) await writeMatrixPage();
console.log(renderTable(results, skips));
for (const line of describeSkips(skips)) console.log(line);
const seconds = Math.round((performance.now() - started) / 1000);
console.log(
  `e2e: ${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped in ${seconds} s`,
);
// Nothing ran and nothing was skipped: the filters name no run, and that is no success.
process.exitCode = counts.failed > 0 || results.length + skips.length === 0 ? 1 : 0;
