// @ts-check
// The ways a Python comes to lie on a machine, each made from the primary one. What nogil has to find out in each: where
// the library is, where the standard library is, where packages are.
import { execFile } from 'node:child_process';
import { cpSync, existsSync, linkSync, lstatSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { findPython, listPythons } from '@nogil/python';
import { environmentWith, interpreter, unreachable } from '../libraries/environment.mjs';
import { cachedFolder } from './cached-folder.mjs';
import { describe } from './pythons.mjs';

/** @typedef {import('./pythons.mjs').Python} Python */
/** @typedef {import('./engines.mjs').Missing} Missing */

const execute = promisify(execFile);

/** Why an installation cannot be made here. */
class Unavailable extends Error {}

/**
 * How each is made from the primary Python.
 * @type {Record<string, (primary: Python) => Promise<Python>>}
 */
const INSTALLATIONS = {
  venv: async (primary) => inside(await virtualEnvironment(primary)),
  'uv venv': async (primary) => inside(await uvEnvironment(primary)),
  conda: async (primary) => conda(await copyOf(primary, 'conda')),
  system: () => Promise.resolve(systemPython()),
  relocated: async (primary) => inside(await copyOf(primary, 'relocated')),
  'read-only': async (primary) => readOnly(await copyOf(primary, 'read-only')),
  'odd path': async (primary) => inside(await copyOf(primary, 'Ein Ordner – 免费 Python')),
};

/** Their names, for who wants to choose. */
export const installationNames = Object.keys(INSTALLATIONS);

/**
 * Makes every installation that can be had here.
 *
 * @param {Python} primary
 * @param {(name: string) => boolean} wanted
 * @returns {Promise<{ pythons: Python[], missing: Missing[] }>}
 */
export async function findInstallations(primary, wanted) {
  /** @type {Python[]} */
  const pythons = [];
  /** @type {Missing[]} */
  const missing = [];
  for (const [name, make] of Object.entries(INSTALLATIONS)) {
    if (!wanted(name)) continue;
    try {
      const python = await make(primary);
      pythons.push({ ...python, name, description: `${name}, ${python.description}` });
    } catch (error) {
      if (!(error instanceof Unavailable)) throw error;
      missing.push({ name, reason: `${name}: ${error.message}` });
    }
  }
  return { pythons, missing };
}

/** @param {string} executable */
function inside(executable) {
  return describe(findPython({ executable }));
}

/** @param {Python} primary */
async function virtualEnvironment(primary) {
  const facts = [primary.executable, primary.description];
  return interpreter(
    await cachedFolder('venv', facts, async (folder) => {
      await execute(primary.executable, ['-m', 'venv', '--without-pip', folder]);
    }),
  );
}

/** @param {Python} primary */
async function uvEnvironment(primary) {
  const uv = await findUv(primary);
  const facts = [primary.executable, primary.description, uv];
  return interpreter(
    await cachedFolder('uv', facts, async (folder) => {
      const options = ['--offline', '--no-project', '--no-config', '--allow-existing'];
      await execute(uv, ['venv', ...options, '--python', primary.executable, folder]);
    }),
  );
}

/**
 * The uv on the `PATH`, else one from the package index.
 * @param {Python} primary
 */
async function findUv(primary) {
  try {
    await execute('uv', ['--version']);
    return 'uv';
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'ENOENT') throw error;
  }
  try {
    return path.join(path.dirname(await environmentWith(primary, ['uv==0.13.9'])), 'uv');
  } catch (error) {
    const reason = unreachable(error);
    if (reason === undefined) throw error;
    throw new Unavailable(`uv is not installed, and ${reason}`);
  }
}

/**
 * The whole installation in another folder, without the room: files are linked where the file system can.
 *
 * @param {Python} primary
 * @param {string} name - of the folder
 */
async function copyOf(primary, name) {
  const { prefix, basePrefix, executable } = findPython({ executable: primary.executable });
  if (prefix !== basePrefix) throw new Unavailable('the chosen Python is a virtual environment');
  if (['/usr', '/usr/local'].includes(prefix))
    throw new Unavailable(`${prefix} holds more than Python`);
  const copy = await cachedFolder(
    'copy',
    [primary.executable, primary.description, name],
    (folder) => {
      const target = path.join(folder, name);
      cpSync(prefix, target, {
        recursive: true,
        verbatimSymlinks: true,
        filter: (source, destination) => !linked(source, destination),
      });
      return Promise.resolve();
    },
  );
  return path.join(copy, name, path.relative(prefix, executable));
}

/**
 * @param {string} source
 * @param {string} destination
 * @returns {boolean} whether `destination` is there now; else it has to be copied
 */
function linked(source, destination) {
  const stats = lstatSync(source);
  if (!stats.isFile()) return false;
  try {
    mkdirSync(path.dirname(destination), { recursive: true });
    linkSync(source, destination);
    return true;
  } catch {
    return false; // another device, or a file system without links
  }
}

/**
 * What conda makes: a prefix with its own records in it, named by `CONDA_PREFIX` while it is active.
 * @param {string} executable
 */
function conda(executable) {
  const prefix = path.dirname(path.dirname(executable));
  mkdirSync(path.join(prefix, 'conda-meta'), { recursive: true });
  const history = path.join(prefix, 'conda-meta', 'history');
  if (!existsSync(history)) writeFileSync(history, '');
  return { ...inside(executable), environment: { CONDA_PREFIX: prefix } };
}

/** The Python of the operating system. */
function systemPython() {
  const env = { ...process.env, NOGIL_PYTHON: undefined, VIRTUAL_ENV: undefined };
  const found = listPythons({ env }).find(
    (report) => report.usable && report.installation.prefix === '/usr',
  );
  if (found?.usable !== true) throw new Unavailable('no Python with a shared library in /usr');
  return describe(found.installation);
}

/**
 * A Python that nobody can write to. Permissions do not bind root; a read-only mount, seen by the process alone, does.
 * @param {string} executable
 */
async function readOnly(executable) {
  if (process.platform !== 'linux') throw new Unavailable('made with a read-only mount of Linux');
  const prefix = path.dirname(path.dirname(executable));
  const mount = 'mount --bind "$0" "$0" && mount -o remount,bind,ro "$0" && exec "$@"';
  const namespace = process.getuid?.() === 0 ? ['--mount'] : ['--mount', '--map-root-user'];
  const launcher = ['unshare', ...namespace, 'sh', '-c', mount, prefix];
  const [program = '', ...args] = launcher;
  try {
    await execute(program, [...args, 'sh', '-c', `! touch "${prefix}/probe" 2>/dev/null`]);
  } catch {
    throw new Unavailable('this machine does not allow a mount in a namespace');
  }
  return { ...inside(executable), launcher };
}
