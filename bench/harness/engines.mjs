// @ts-check
import { spawnSync } from 'node:child_process';
import { existsSync, realpathSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * @typedef {object} Engine
 * @property {'node' | 'bun'} kind
 * @property {string} program - absolute path
 * @property {string} version
 * @property {string | undefined} headers - the folder that holds `include/node`, for addons of peers
 */

/**
 * The Node and the Bun of the tables, which package.json brings. Where it has none for this platform, the Node that runs
 * this stands in, under its own version.
 *
 * @returns {{ node: Engine, bun: Engine | undefined }}
 */
export function findEngines() {
  return {
    node: packaged('node', 'node-24') ?? {
      kind: 'node',
      program: process.execPath,
      version: process.version,
      headers: headersBeside(process.execPath),
    },
    bun: packaged('bun', 'bun-1'),
  };
}

/**
 * @param {'node' | 'bun'} kind
 * @param {string} name - in package.json
 * @returns {Engine | undefined} undefined where it is not installed, or made for another C library
 */
function packaged(kind, name) {
  const program = fileURLToPath(new URL(`../node_modules/${name}/bin/${kind}`, import.meta.url));
  if (!existsSync(program)) return undefined;
  const { status, stdout } = spawnSync(program, ['--version'], { encoding: 'utf8' });
  if (status !== 0) return undefined;
  return { kind, program, version: stdout.trim(), headers: headersBeside(program) };
}

/** @param {string} program */
function headersBeside(program) {
  const folder = path.dirname(path.dirname(realpathSync(program)));
  return existsSync(path.join(folder, 'include', 'node', 'node_api.h')) ? folder : undefined;
}
