/** The virtual environment that a project's packages go to, found or made. Never a base installation. */
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { NogilError } from '@nogil/abi';
import { cacheDirectory, cacheLayout } from '../cache-directory.js';
import { findPython, searchContext, type FindOptions } from '../discovery/find.js';
import { withLock } from '../install/lock.js';
import type { PythonInstallation } from '../installation.js';
import { prefixExecutables, type Environment, type Host } from '../platform.js';
import { buildText } from '../version-request.js';
import { makeEnvironment } from './make.js';
import { nearestEnvironment, projectFolder } from './project.js';

/** An environment to install into. */
export interface ProjectEnvironment {
  readonly python: PythonInstallation;
  /** Whether it was made just now. */
  readonly made: boolean;
  /** Why programs of this project would not use it, where that is so: a complete sentence. */
  readonly bypassed: string | undefined;
}

/**
 * Finds or makes the environment: the active Python if that is a virtual environment, else the project's `.venv`,
 * which is made of the active Python where it is missing. Two processes that do so at once make one.
 *
 * @param options - which Python is active, as for `findPython`
 * @param signal - stops it
 * @throws NogilError as `findPython`; `PYTHON_REFUSED` when the `.venv` is of another Python than the one that was
 *   named; `INSTALL_FAILED` when it cannot be made
 */
export async function projectEnvironment(
  options: FindOptions,
  signal: AbortSignal | undefined,
): Promise<ProjectEnvironment> {
  const { cwd, env, host } = searchContext(options);
  const folder = nearestEnvironment(cwd) ?? path.join(projectFolder(cwd), '.venv');
  return exclusively(folder, env, signal, async (holding) => {
    const active = findPython(options);
    if (active.isVirtualEnvironment) return { python: active, made: false, bypassed: undefined };
    const made = !fs.existsSync(folder);
    if (made) await makeEnvironment(active, folder, env, holding);
    const python = findPython({ cwd, env, executable: programOf(host, folder) });
    if (!isOf(python, active)) throw ofAnother(python, active, folder);
    return { python, made, bypassed: bypass(active, python) };
  });
}

/**
 * Runs a body while no other process of nogil's changes the environment.
 *
 * @param folder - the environment's
 * @param env - environment variables
 * @param signal - stops it, also while it waits
 * @param body - gets a signal that is also aborted when the lock is lost
 */
export function exclusively<Result>(
  folder: string,
  env: Environment,
  signal: AbortSignal | undefined,
  body: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const key = createHash('sha256').update(path.resolve(folder)).digest('hex').slice(0, 16);
  const file = path.join(cacheLayout(cacheDirectory(env)).locks, `environment-${key}.lock`);
  return withLock(file, { signal, onWait: () => undefined }, body);
}

function programOf(host: Host, folder: string): string {
  const names = prefixExecutables(host, folder);
  return names.find((file) => fs.existsSync(file)) ?? names[0] ?? folder;
}

function isOf(python: PythonInstallation, base: PythonInstallation): boolean {
  return (
    fs.realpathSync(python.basePrefix) === fs.realpathSync(base.prefix) &&
    buildText(python) === buildText(base)
  );
}

function ofAnother(
  python: PythonInstallation,
  base: PythonInstallation,
  folder: string,
): NogilError {
  return new NogilError(
    'PYTHON_REFUSED',
    `${folder} is an environment of ${buildText(python)} in ${python.basePrefix}, and ${base.executable} ` +
      `(${buildText(base)}) was asked for (${base.source}). Packages never go into a base installation. ` +
      `Next step: remove ${folder}, which is then made anew, or ask for ${python.executable}.`,
  );
}

function bypass(active: PythonInstallation, python: PythonInstallation): string | undefined {
  return active.source === 'NOGIL_PYTHON'
    ? `NOGIL_PYTHON names ${active.executable}, so programs use that instead of ${python.prefix}. ` +
        `Unset it, or set NOGIL_PYTHON=${python.executable}`
    : undefined;
}
