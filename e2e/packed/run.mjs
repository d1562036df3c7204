// @ts-check
// Installs each published package from its tarball into an otherwise empty project, outside the checkout and
// with no compiler on the path, and runs its README's first example there. README.md says what the options are.
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { allows, SCOPE } from '../runner/arguments.mjs';
import { findEngines } from '../runner/engines.mjs';
import { findPrimaryPython } from '../runner/pythons.mjs';
import { inParallel } from '../runner/schedule.mjs';
import { writeCounts } from '../runner/report.mjs';
import { exercises } from './exercises.mjs';
import { installAlone, packAll } from './install.mjs';

const several = /** @type {const} */ ({ type: 'string', multiple: true });
const { values } = parseArgs({
  args: process.argv.slice(2).filter((argument) => argument !== '--'),
  options: {
    ...SCOPE,
    package: several,
    engine: several,
    keep: { type: 'boolean', default: false },
  },
});

const python = findPrimaryPython();
const engines = findEngines().engines.filter(({ name }) =>
  values.engine === undefined ? ['node-20', 'bun-1'].includes(name) : allows(values.engine, name),
);
const workshop = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'nogil-packed-')));

let passed = 0;
/** @type {{ name: string, text: string }[]} */
const failures = [];

/**
 * @param {string} name
 * @param {string | undefined} problem
 */
function note(name, problem) {
  if (problem === undefined) passed += 1;
  else failures.push({ name, text: problem });
  console.log(problem === undefined ? `ok     ${name}` : `FAILED ${name}\n${problem}`);
}

try {
  const tarballs = await packAll(path.join(workshop, 'tarballs'));
  const names = [...tarballs.packages.keys()].filter((name) => allows(values.package, name));
  await inParallel(names, 2, async (name) => {
    const folder = path.join(workshop, name.replace('/', '-'));
    const problem = await installAlone(name, tarballs, folder);
    note(`${name}: is installed alone`, problem);
    if (problem !== undefined) return;
    for (const exercise of exercises(name, folder)) {
      for (const engine of engines) {
        const title = `${name}: ${exercise.title} (${engine.name})`;
        note(title, await exercise.run(engine, python.executable));
      }
    }
  });
} finally {
  if (values.keep) console.log(`kept: ${workshop}`);
  else rmSync(workshop, { recursive: true, force: true, maxRetries: 5 });
}

const file = fileURLToPath(new URL('../reports/packed.json', import.meta.url));
writeCounts(file, { passed, failed: failures.length, skipped: 0, failures });
console.log(`packed: ${passed} passed, ${failures.length} failed`);
process.exitCode = failures.length > 0 || passed === 0 ? 1 : 0;
