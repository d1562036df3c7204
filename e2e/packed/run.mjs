// @ts-check
// Installs what is to be published, outside the checkout, from a registry of this machine that has it already, on
// what looks like a machine without compiler and Python, and uses it there. README.md says what the options are.
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { allows, SCOPE } from '../runner/arguments.mjs';
import { findEngines } from '../runner/engines.mjs';
import { findPrimaryPython } from '../runner/pythons.mjs';
import { inParallel } from '../runner/schedule.mjs';
import { writeCounts } from '../runner/report.mjs';
import { badInputCases } from './bad-input.mjs';
import { aloneCases, managerCases, pythonCases } from './cases.mjs';
import { packAll } from './install.mjs';
import { lintCases } from './lint.mjs';
import { openRegistry } from './registry.mjs';
import { Workshop } from './workshop.mjs';
import { findManagers } from './managers.mjs';
import { nextCases } from './next.mjs';

const several = /** @type {const} */ ({ type: 'string', multiple: true });
const { values } = parseArgs({
  args: process.argv.slice(2).filter((argument) => argument !== '--'),
  options: {
    ...SCOPE,
    case: several,
    engine: several,
    keep: { type: 'boolean', default: false },
  },
});

const everything = values.require === 'all';
const { engines: all } = findEngines();
const engines = all.filter(({ name }) => allows(values.engine, name));
const workshop = new Workshop({ NOGIL_PYTHON: findPrimaryPython().executable });

let passed = 0;
let skipped = 0;
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

/** @type {import('./registry.mjs').Registry | undefined} */
let registry;
try {
  const packed = await packAll(`${workshop.folder}/tarballs`);
  registry = await openRegistry(
    [...packed.packages.values(), ...packed.binaries.values()],
    packed.others,
  );
  Object.assign(workshop.env, {
    npm_config_registry: registry.url,
    NPM_CONFIG_REGISTRY: registry.url,
    BUN_CONFIG_REGISTRY: registry.url,
  });
  const context = { workshop, packed, engines, everything, managers: findManagers(all) };
  const kinds = [lintCases, aloneCases, managerCases, pythonCases, nextCases, badInputCases];
  const cases = kinds
    .flatMap((kind) => kind(context))
    .filter(({ name }) => allows(values.case, name));
  await inParallel(cases, 2, async ({ name, run, skipped: reason }) => {
    if (reason !== undefined) {
      if (everything) return note(name, `  ${reason}`);
      skipped += 1;
      return console.log(`skipped ${name}: ${reason}`);
    }
    const started = performance.now();
    try {
      await run((title, problem) => note(`${name}: ${title}`, problem));
    } catch (error) {
      note(name, String(error instanceof Error ? error.stack : error));
    }
    if (values.keep) console.log(`       ${name}: ${Math.round(performance.now() - started)} ms`);
  });
} finally {
  registry?.close();
  if (values.keep) console.log(`kept: ${workshop.folder}`);
  else workshop.remove();
}

const file = fileURLToPath(new URL('../reports/packed.json', import.meta.url));
writeCounts(file, { passed, failed: failures.length, skipped, failures });
console.log(`packed: ${passed} passed, ${failures.length} failed, ${skipped} skipped`);
process.exitCode = failures.length > 0 || passed === 0 ? 1 : 0;
