// @ts-check
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The versions that are supported; package.json pins one release of each. */
const MAJORS = { node: [20, 22, 24, 26], bun: [1], deno: [2] };

/** @typedef {keyof typeof MAJORS} Kind */

/** Where the package of an engine has its binary. */
const BINARIES = { node: 'bin/node', bun: 'bin/bun', deno: 'deno' };

/**
 * A JavaScript engine to run programs with.
 * @typedef {object} Engine
 * @property {Kind} kind
 * @property {string} name - `node-24`
 * @property {string} program - absolute path
 * @property {string} version - what it says about itself
 */

/** @typedef {{ name: string, reason: string }} Missing */

/** Every engine that is supported, whether it is here or not: `node-20` and so on. */
export function engineNames() {
  return Object.entries(MAJORS).flatMap(([kind, majors]) =>
    majors.map((major) => `${kind}-${major}`),
  );
}

/**
 * The engines that package.json brings. Where a platform has no such package, the Node that runs this
 * stands in for its own version; the others are missing, with the reason.
 *
 * @returns {{ engines: Engine[], missing: Missing[] }}
 */
export function findEngines() {
  /** @type {Engine[]} */
  const engines = [];
  /** @type {Missing[]} */
  const missing = [];
  for (const [kind, majors] of /** @type {[Kind, number[]][]} */ (Object.entries(MAJORS))) {
    for (const major of majors) {
      const name = `${kind}-${major}`;
      const packaged = fileURLToPath(
        new URL(`../node_modules/${name}/${BINARIES[kind]}`, import.meta.url),
      );
      const version = versionOf(packaged);
      if (version !== undefined) {
        engines.push({ kind, name, program: packaged, version });
      } else if (name === own().name) {
        engines.push(own());
      } else {
        const target = `${process.platform}-${process.arch}`;
        missing.push({ name, reason: `no package brings a ${name} that runs on ${target}` });
      }
    }
  }
  if (engines.length === 0) engines.push(own());
  return { engines, missing };
}

/**
 * The Node that runs this.
 * @returns {Engine}
 */
function own() {
  const name = `node-${process.versions.node.split('.', 1)[0]}`;
  return { kind: 'node', name, program: process.execPath, version: process.version };
}

/**
 * @param {string} program
 * @returns {string | undefined} undefined where it is not installed, or made for another C library
 */
function versionOf(program) {
  if (!existsSync(program)) return undefined;
  const { status, stdout } = spawnSync(program, ['--version'], { encoding: 'utf8' });
  return status === 0 ? stdout.trim().split('\n', 1)[0] : undefined;
}

/**
 * The arguments with which an engine runs a file.
 *
 * @param {Engine} engine
 * @param {string} file
 * @param {readonly string[]} [parameters] - what the program finds in process.argv behind its own name
 * @param {{ gc?: boolean }} [options] - `gc`: a global `gc()`, also in workers where the engine has it
 */
export function commandLine(engine, file, parameters = [], { gc = false } = {}) {
  if (engine.kind !== 'deno') return [...(gc ? ['--expose-gc'] : []), file, ...parameters];
  // A native addon needs every permission; a lock file would be written beside the program.
  const options = ['run', '--quiet', '--allow-all', '--no-lock'];
  return [...options, ...(gc ? ['--v8-flags=--expose-gc'] : []), file, ...parameters];
}
