// @ts-check
import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const execute = promisify(execFile);

/** Long enough for a registry that is slow; what hangs is a failure. */
const INSTALL_MS = 120_000;

const root = fileURLToPath(new URL('../..', import.meta.url));

/**
 * @typedef {object} Tarballs
 * @property {Map<string, string>} packages - tarball by name, of what users install
 * @property {Map<string, string>} all - with the core
 * @property {Map<string, string[]>} dependencies - which of them each needs itself
 */

/**
 * @param {string} folder
 * @returns {Promise<Tarballs>}
 */
export async function packAll(folder) {
  const { stdout } = await execute(process.execPath, [path.join(root, 'tools/pack.mjs'), folder]);
  /** @type {Map<string, string>} */
  const all = new Map(Object.entries(JSON.parse(stdout)));
  const isCore = (/** @type {string} */ name) => name.startsWith('@nogil/native-');
  const cores = [...all.keys()].filter(isCore);
  const packages = new Map([...all].filter(([name]) => !isCore(name)));
  const dependencies = new Map();
  for (const [name, tarball] of all) {
    const { stdout: text } = await execute('tar', ['-xzOf', tarball, 'package/package.json']);
    const { dependencies: needed = {} } = JSON.parse(text);
    const ours = Object.keys(needed).filter((dependency) => all.has(dependency));
    dependencies.set(name, name === '@nogil/abi' ? [...ours, ...cores] : ours);
  }
  return { packages, all, dependencies };
}

/**
 * Makes a project that depends on this package and nothing else. What the package needs of ours comes from
 * tarballs too, as it is not on a registry; the rest as npm finds it.
 *
 * @param {string} name
 * @param {Tarballs} tarballs
 * @param {string} folder
 * @returns {Promise<string | undefined>} what went wrong
 */
export async function installAlone(name, { all, dependencies }, folder) {
  /** @type {Set<string>} */
  const wanted = new Set([name]);
  for (const needed of wanted) {
    for (const dependency of dependencies.get(needed) ?? []) wanted.add(dependency);
  }
  const manifest = {
    name: 'otherwise-empty',
    private: true,
    type: 'module',
    dependencies: Object.fromEntries([...wanted].map((each) => [each, `file:${all.get(each)}`])),
  };
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, 'package.json'), JSON.stringify(manifest, null, 2));
  const options = ['--prefer-offline', '--no-audit', '--no-fund', '--ignore-scripts'];
  try {
    await execute('npm', ['install', ...options], { cwd: folder, timeout: INSTALL_MS });
    return undefined;
  } catch (error) {
    return String(/** @type {Error & { stderr?: string }} */ (error).stderr ?? error);
  }
}

/**
 * The first JavaScript example of an installed package's README.
 *
 * @param {string} name
 * @param {string} folder - the project
 * @returns {string | undefined}
 */
export function exampleOf(name, folder) {
  const text = readFileSync(path.join(folder, 'node_modules', name, 'README.md'), 'utf8');
  return /^```(?:js|javascript|mjs)\n([\s\S]*?)^```$/m.exec(text)?.[1];
}
