// @ts-check
// `npm test`: installs, builds, checks, provisions Python, tests. The last line on stdout is
// `N passed, N failed` (and `, N skipped` where there were any), whatever happened; the exit code is 1 when
// anything failed, and a step that failed counts as one.
import './lib/node-version.mjs';
import { main } from './lib/failure.mjs';
import { closingLine, steps } from './lib/steps.mjs';
import { nx } from './lib/nx.mjs';
import { provisionPython } from './lib/provision.mjs';
import { clearReports, tally } from './lib/results.mjs';
import { setup } from './lib/setup.mjs';
import { projects } from './lib/workspace.mjs';

await main(async () => {
  const { step, failures } = steps();
  /** @type {import('./lib/results.mjs').Tally[]} */
  let tallies = [];

  const ready = await step('setup', () => setup([]));
  const built = ready && (await step('build', () => nx(['run-many', '-t', 'build'])));
  if (ready) {
    for (const check of ['boundaries', 'lint', 'typecheck']) {
      await step(check, () => nx(['run-many', '-t', check]));
    }
  }
  if (built) tallies = await test(step);

  console.log(`\n${failures.map((name) => `failed: ${name}\n`).join('')}`);
  return closingLine(tallies, failures.length);
});

/**
 * @param {ReturnType<typeof steps>['step']} step
 * @returns {Promise<import('./lib/results.mjs').Tally[]>}
 */
async function test(step) {
  let python = '';
  const provisioned = await step('provision Python', async () => {
    python = await provisionPython();
  });
  if (!provisioned) return [];
  const all = projects();
  clearReports(all);
  // Everything is built; without the cache, or the tests of an earlier run would count as this one's.
  const options = ['--skip-nx-cache', '--exclude-task-dependencies', '--output-style=stream'];
  const env = { NOGIL_PYTHON: python };
  const code =
    (await nx(['run-many', '-t', 'test', ...options], { env })) +
    (await nx(['run-many', '-t', 'e2e', ...options, '--short'], { env }));
  const tallies = all.map(tally).filter((total) => total !== null);
  if (code !== 0 && tallies.every(({ failed }) => failed === 0)) {
    await step('tests', async () => code); // it failed, and no report says why
  }
  return tallies;
}
