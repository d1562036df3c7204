// @ts-check
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { Failure } from './failure.mjs';
import { root } from './workspace.mjs';

/**
 * What is used of packages/python. Its own types exist only once it is built, and these scripts are
 * checked without.
 *
 * @typedef {object} PythonPackage
 * @property {(variant: string) => Installation | undefined} findInstalled
 * @property {(options: { variant: string, onProgress: unknown }) => Promise<Installation>} installPython
 */
/** @typedef {import('./stress/pythons.mjs').Installation} Installation */
/** @typedef {{ onProgress: unknown, close(text?: string): void }} Reporter */

const variant = '3.14t';

/**
 * The Python that demo and tests run on: the one `NOGIL_PYTHON` names, else a free-threaded 3.14 that is
 * installed when it is missing. Needs packages/python to be built; speaks on stderr.
 *
 * @returns {Promise<string>} its executable
 */
export async function provisionPython() {
  const named = process.env.NOGIL_PYTHON;
  if (named) {
    console.error(`Python: ${named}, because NOGIL_PYTHON names it`);
    return named;
  }
  /** @type {PythonPackage} */
  const python = await load('index.js');
  const installation = python.findInstalled(variant) ?? (await install(python, variant));
  console.error(`Python: ${installation.executable}`);
  return installation.executable;
}

/**
 * The installation of a variant, made when there is none.
 *
 * @param {string} name - as `nogil python install` knows it
 * @returns {Promise<Installation>}
 */
export async function provisionVariant(name) {
  /** @type {PythonPackage} */
  const python = await load('index.js');
  return python.findInstalled(name) ?? (await install(python, name));
}

/**
 * @param {PythonPackage} python
 * @param {string} variant
 */
async function install(python, variant) {
  console.error(
    `Python ${variant} is not installed yet. Installing it, once: a few minutes on two ` +
      'cores where it is built from source, seconds where uv has it.',
  );
  /** @type {{ createProgressReporter(stream: NodeJS.WriteStream): Reporter }} */
  const { createProgressReporter } = await load('progress.js');
  const { onProgress, close } = createProgressReporter(process.stderr);
  try {
    return await python.installPython({ variant, onProgress });
  } catch (cause) {
    // Errors with a code are written for people; their stack would only hide the next step.
    if (cause instanceof Error && 'code' in cause) throw new Failure(cause.message, { cause });
    throw cause;
  } finally {
    close();
  }
}

/** @param {string} file */
function load(file) {
  return import(pathToFileURL(path.join(root, 'packages', 'python', 'dist', file)).href);
}
