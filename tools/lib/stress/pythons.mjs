// @ts-check
import { existsSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { Failure } from '../failure.mjs';
import { root } from '../workspace.mjs';

/**
 * @typedef {object} Python
 * @property {string} name - `3.14.5t`
 * @property {string} executable
 * @property {string} library
 * @property {boolean} freeThreaded
 * @property {Record<string, string>} env - added to the environment of its processes
 */

/**
 * What is used of packages/python; its own types exist only once it is built.
 *
 * @typedef {object} Installation
 * @property {string} executable
 * @property {string} prefix
 * @property {string} libpython
 * @property {{ text: string }} version
 * @property {boolean} freeThreaded
 * @property {boolean} debug
 * @property {string | null} sanitizer
 */
/**
 * @typedef {object} PythonPackage
 * @property {readonly string[]} pythonVariants
 * @property {(variant: string) => Installation | undefined} findInstalled
 * @property {(options?: { version?: string, python?: string }) => Installation} findPython
 */

/** The GIL builds that `--python all` adds to the primary Python. */
const gilMinors = ['3.10', '3.12', '3.13', '3.14'];

/**
 * @param {string | undefined} choice - `all`, versions or variants separated by commas, a path, or
 *   nothing: the one NOGIL_PYTHON names, else free-threaded 3.14
 * @returns {Promise<{ pythons: Python[], missing: string[] }>}
 */
export async function findPythons(choice) {
  const all = choice === 'all';
  const found = await packagePython();
  const pythons = [];
  const missing = [];
  if (choice === undefined || all) pythons.push(describe(primary(found)));
  for (const name of all ? gilMinors : (choice?.split(',') ?? [])) {
    try {
      pythons.push(describe(named(found, name)));
    } catch (error) {
      if (!all || !(error instanceof Error && 'code' in error)) throw asFailure(error);
      missing.push(`${name}: ${error.message.split('\n')[0]}`);
    }
  }
  return { pythons, missing };
}

/** @param {PythonPackage} found */
function primary(found) {
  try {
    if (process.env.NOGIL_PYTHON) return found.findPython();
    return found.findInstalled('3.14t') ?? found.findPython({ version: '3.14t' });
  } catch (error) {
    throw asFailure(error);
  }
}

/**
 * @param {PythonPackage} found
 * @param {string} name
 */
function named(found, name) {
  if (name.includes(path.sep)) return found.findPython({ python: name });
  const installed = found.pythonVariants.includes(name) ? found.findInstalled(name) : undefined;
  return installed ?? found.findPython({ version: name });
}

/**
 * @param {Installation} installation
 * @returns {Python}
 */
export function describe({ executable, libpython, version, freeThreaded, debug, sanitizer }) {
  const flags = `${freeThreaded ? 't' : ''}${debug ? 'd' : ''}`;
  const name = `${version.text}${flags}${sanitizer === null ? '' : `-${sanitizer}`}`;
  return { name, executable, library: libpython, freeThreaded, env: {} };
}

/** @returns {Promise<PythonPackage>} */
async function packagePython() {
  const file = path.join(root, 'packages', 'python', 'dist', 'index.js');
  if (existsSync(file)) return import(pathToFileURL(file).href);
  throw new Failure('packages/python is not built.', {
    next: ['npm run setup, then npm run build'],
  });
}

/**
 * Errors with a code are written for people.
 * @param {unknown} error
 */
function asFailure(error) {
  return error instanceof Error && 'code' in error
    ? new Failure(error.message, { cause: error })
    : error;
}
