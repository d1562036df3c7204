/** Makes virtual environments, by the `venv` of the Python they are for. */
import { execFile } from 'node:child_process';
import fs from 'node:fs';
import { promisify } from 'node:util';
import { NogilError } from '@nogil/abi';
import type { PythonInstallation } from '../installation.js';
import type { Environment } from '../platform.js';

const execute = promisify(execFile);

/**
 * Makes a virtual environment with pip in it.
 *
 * @param python - the base it is for
 * @param folder - where; must not exist
 * @param env - environment variables
 * @param signal - stops it
 * @throws NogilError `INSTALL_FAILED` with what `venv` said, and nothing is left behind; the signal's reason
 */
export async function makeEnvironment(
  python: PythonInstallation,
  folder: string,
  env: Environment,
  signal: AbortSignal,
): Promise<void> {
  try {
    await execute(python.executable, ['-m', 'venv', folder], { env: { ...env }, signal });
  } catch (error) {
    // Half an environment would be found, and refused, from then on.
    fs.rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    signal.throwIfAborted();
    throw new NogilError(
      'INSTALL_FAILED',
      `no virtual environment could be made in ${folder} by ${python.executable} -m venv:\n` +
        `${said(error)}\nNext step: repair what it names (on Debian and Ubuntu it needs the package ` +
        'python3-venv), or use another Python: npx nogil python install',
      { cause: error },
    );
  }
}

/**
 * Puts the pip that comes with a Python into its environment: those that uv makes have none.
 *
 * @param python - the environment's
 * @param env - environment variables
 * @param signal - stops it
 * @throws NogilError `INSTALL_FAILED` with what `ensurepip` said; the signal's reason
 */
export async function bringPip(
  python: PythonInstallation,
  env: Environment,
  signal: AbortSignal,
): Promise<void> {
  try {
    await execute(python.executable, ['-m', 'ensurepip'], { env: { ...env }, signal });
  } catch (error) {
    signal.throwIfAborted();
    throw new NogilError(
      'INSTALL_FAILED',
      `${python.prefix} has no pip, and ${python.executable} -m ensurepip cannot bring it:\n` +
        `${said(error)}\nNext step: remove this folder and make it anew: npx nogil pip list`,
      { cause: error },
    );
  }
}

/** The last lines of what a program printed before it failed; why it could not be started, if so. */
function said(error: unknown): string {
  const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
  const lines = `${stdout}${stderr}`.trim().split(/\r?\n/).slice(-10).join('\n');
  return lines === '' && error instanceof Error ? error.message : lines;
}
