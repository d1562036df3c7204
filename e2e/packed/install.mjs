// @ts-check
import { execFile } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const execute = promisify(execFile);

const root = fileURLToPath(new URL('../..', import.meta.url));

/**
 * What is to be published.
 *
 * @typedef {object} Packed
 * @property {Map<string, string>} packages - tarball by name, of what users install by name
 * @property {Map<string, string>} binaries - tarball by name, for this platform
 * @property {import('./registry.mjs').Manifest[]} others - what the packages for other platforms say about themselves
 */

/**
 * @param {string} folder
 * @returns {Promise<Packed>}
 */
export async function packAll(folder) {
  const pack = path.join(root, 'tools', 'pack.mjs');
  const { stdout } = await execute(process.execPath, [pack, folder], { maxBuffer: 1 << 26 });
  const all = Object.entries(/** @type {Record<string, string>} */ (JSON.parse(stdout)));
  const { stdout: text } = await execute(process.execPath, [pack, '--manifests']);
  const manifests = /** @type {import('./registry.mjs').Manifest[]} */ (JSON.parse(text));
  const names = new Set(manifests.map(({ name }) => name));
  const tarballs = new Map(all);
  return {
    packages: new Map(all.filter(([name]) => !names.has(name))),
    binaries: new Map(all.filter(([name]) => names.has(name))),
    others: manifests.filter(({ name }) => !tarballs.has(name)),
  };
}

/**
 * The first JavaScript example of a package's README.
 *
 * @param {string} tarball
 * @returns {Promise<string | undefined>}
 */
export async function exampleOf(tarball) {
  const { stdout } = await execute('tar', ['-xzOf', tarball, 'package/README.md']);
  return /^```(?:js|javascript|mjs)\n([\s\S]*?)^```$/m.exec(stdout)?.[1];
}
