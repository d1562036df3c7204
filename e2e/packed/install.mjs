// @ts-check
import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { findInstalled } from '@nogil/python';

const execute = promisify(execFile);

const root = fileURLToPath(new URL('../..', import.meta.url));

/**
 * What is to be published.
 *
 * @typedef {object} Packed
 * @property {Map<string, string>} packages - tarball by name, of what users install by name
 * @property {Map<string, string>} binaries - tarball by name, for this platform
 * @property {import('./registry.mjs').Manifest[]} others - what the packages for other platforms say about themselves
 * @property {{ name: string } | { missing: string }} cpython - the package with a Python, or why there is none
 */

/** As the release workflow of a repository has it: manifests then name that. */
const RELEASING = { GITHUB_SERVER_URL: 'https://example.org', GITHUB_REPOSITORY: 'owner/nogil' };
export const REPOSITORY = 'git+https://example.org/owner/nogil.git';

/**
 * @param {string} folder
 * @returns {Promise<Packed>}
 */
export async function packAll(folder) {
  const missing = whyNoPython();
  const all = Object.entries(
    /** @type {Record<string, string>} */ ({
      ...(await packing([folder])),
      ...(missing === undefined ? await packing([folder, '--cpython', '--local']) : {}),
    }),
  );
  const manifests = /** @type {import('./registry.mjs').Manifest[]} */ (
    await packing(['--manifests'])
  );
  const names = new Set(manifests.map(({ name }) => name));
  const tarballs = new Map(all);
  return {
    packages: new Map(all.filter(([name]) => !names.has(name))),
    binaries: new Map(all.filter(([name]) => names.has(name))),
    others: manifests.filter(({ name }) => !tarballs.has(name)),
    cpython: missing === undefined ? { name: CPYTHON } : { missing },
  };
}

const CPYTHON = '@nogil/cpython-linux-x64-gnu';

/**
 * @param {string[]} args
 * @returns {Promise<object>} what it printed
 */
async function packing(args) {
  const pack = path.join(root, 'tools', 'pack.mjs');
  const { stdout } = await execute(process.execPath, [pack, ...args], {
    maxBuffer: 1 << 26,
    env: { ...process.env, ...RELEASING },
  });
  return JSON.parse(stdout);
}

/** Only a Python that was built on this machine can be packed. */
function whyNoPython() {
  const loader = '/lib64/ld-linux-x86-64.so.2'; // glibc's, for x64
  if (process.platform !== 'linux' || process.arch !== 'x64' || !existsSync(loader)) {
    return 'none is published for this platform';
  }
  // What is of no package of the system has neither a version nor a licence.
  if (!['/usr/bin/dpkg', '/usr/bin/rpm'].some((file) => existsSync(file))) {
    return 'this system has neither dpkg nor rpm';
  }
  const python = findInstalled('3.14t');
  if (python === undefined) return '`nogil python install 3.14t` has not made one here';
  const file = path.join(python.prefix, 'nogil-installation.json');
  const { from } = existsSync(file)
    ? JSON.parse(readFileSync(file, 'utf8'))
    : { from: 'elsewhere' };
  return from === 'source' ? undefined : `${python.prefix} was not built here but is from ${from}`;
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
