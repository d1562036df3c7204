// @ts-check
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { cacheDirectory } from '@nogil/python';

/** @typedef {import('../runner/pythons.mjs').Python} Python */

const execute = promisify(execFile);

/** Long enough for 200 MB over a slow line; what hangs is no index that can be reached. */
const INSTALL_MS = 900_000;

const windows = process.platform === 'win32';

/**
 * The virtual environment with these requirements, made where it is not there yet. It is named after the Python
 * and the requirements, and gets that name only when it is complete: one that was interrupted is never used.
 *
 * @param {Python} python
 * @param {readonly string[]} requirements
 * @returns {Promise<string>} its Python
 * @throws what `venv` or pip said
 */
export async function environmentWith(python, requirements) {
  const environments = path.join(cacheDirectory(), 'environments');
  const key = createHash('sha256')
    .update(JSON.stringify([python.executable, python.description, requirements]))
    .digest('hex')
    .slice(0, 16);
  const finished = path.join(environments, `libraries-${key}`);
  if (existsSync(finished)) return interpreter(finished);
  mkdirSync(environments, { recursive: true });
  const unfinished = mkdtempSync(path.join(environments, 'unfinished-'));
  try {
    await execute(python.executable, ['-m', 'venv', unfinished]);
    // A package without a wheel for this Python would be compiled, for minutes and with whatever is there.
    const pip = ['-m', 'pip', 'install', '--disable-pip-version-check', '--only-binary', ':all:'];
    const options = { timeout: INSTALL_MS, maxBuffer: 2 ** 26 };
    await execute(interpreter(unfinished), [...pip, ...requirements], options);
    take(unfinished, finished);
  } finally {
    rmSync(unfinished, { recursive: true, force: true, maxRetries: 5 });
  }
  return interpreter(finished);
}

/**
 * @param {string} unfinished
 * @param {string} finished
 */
function take(unfinished, finished) {
  try {
    // Its scripts name the old folder, and nobody uses them; Python finds its packages from where it is.
    renameSync(unfinished, finished);
  } catch (error) {
    if (!existsSync(finished)) throw error; // else another run was quicker, and made the same
  }
}

/** @param {string} environment */
function interpreter(environment) {
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
