// @ts-check
import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { cachedFolder } from '../runner/cached-folder.mjs';

/** @typedef {import('../runner/pythons.mjs').Python} Python */

const execute = promisify(execFile);

/** Long enough for 200 MB over a slow line; what hangs is no index that can be reached. */
const INSTALL_MS = 900_000;

const windows = process.platform === 'win32';

/**
 * The virtual environment with these requirements, made where it is not there yet.
 *
 * @param {Python} python
 * @param {readonly string[]} requirements
 * @returns {Promise<string>} its Python
 * @throws what `venv` or pip said
 */
export async function environmentWith(python, requirements) {
  const facts = [python.executable, python.description, requirements];
  // Its scripts name the folder it was made in, and nobody uses them; Python finds its packages from where it is.
  const environment = await cachedFolder('libraries', facts, async (folder) => {
    await execute(python.executable, ['-m', 'venv', folder]);
    // A package without a wheel for this Python would be compiled, for minutes and with whatever is there.
    const pip = ['-m', 'pip', 'install', '--disable-pip-version-check', '--only-binary', ':all:'];
    const options = { timeout: INSTALL_MS, maxBuffer: 2 ** 26 };
    await execute(interpreter(folder), [...pip, ...requirements], options);
  });
  return interpreter(environment);
}

/** @param {string} environment */
export function interpreter(environment) {
  return path.join(environment, windows ? 'Scripts/python.exe' : 'bin/python3');
}

/**
 * Why pip could not reach a package index; undefined when something else went wrong.
 *
 * @param {unknown} error - what environmentWith() threw
 * @returns {string | undefined}
 */
export function unreachable(error) {
  const { stderr = '', killed = false } = /** @type {{ stderr?: string, killed?: boolean }} */ (
    error
  );
  if (killed) return `pip did not finish within ${INSTALL_MS / 1000} s`;
  // pip says the same of a release that an index does not have; only what it tried before tells them apart.
  const trouble = /WARNING: Retrying|NewConnectionError|ConnectTimeout|Name or service not known/;
  return trouble.test(stderr) ? 'pip reaches no package index' : undefined;
}
