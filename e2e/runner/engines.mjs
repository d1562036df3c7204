// @ts-check
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The versions of Node that are supported; package.json pins one release of each. */
const MAJORS = [20, 22, 24, 26];

/**
 * A JavaScript engine to run programs with.
 * @typedef {object} Engine
 * @property {string} name - `node-24`
 * @property {string} program - absolute path
 * @property {string} version - what it says about itself
 */

/** @typedef {{ name: string, reason: string }} Missing */

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
  for (const major of MAJORS) {
    const name = `node-${major}`;
    const packaged = fileURLToPath(new URL(`../node_modules/${name}/bin/node`, import.meta.url));
    const version = versionOf(packaged);
    if (version !== undefined) {
      engines.push({ name, program: packaged, version });
    } else if (process.version.startsWith(`v${major}.`)) {
      engines.push({ name, program: process.execPath, version: process.version });
    } else {
      const target = `${process.platform}-${process.arch}`;
      missing.push({ name, reason: `no package brings a Node ${major} that runs on ${target}` });
    }
  }
  if (engines.length === 0) {
    const name = `node-${process.versions.node.split('.', 1)[0]}`;
    engines.push({ name, program: process.execPath, version: process.version });
  }
  return { engines, missing };
}

/**
 * @param {string} program
 * @returns {string | undefined} undefined where it is not installed, or made for another C library
 */
function versionOf(program) {
  if (!existsSync(program)) return undefined;
  const { status, stdout } = spawnSync(program, ['--version'], { encoding: 'utf8' });
  return status === 0 ? stdout.trim() : undefined;
}
