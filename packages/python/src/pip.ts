/** The door to pip. What it needs is loaded on the first call only, as for the installer. */
import { NogilError } from '@nogil/abi';
import type { FindOptions } from './discovery/find.js';
import type { PythonInstallation } from './installation.js';
import type { InstalledPackage } from './pip/inventory.js';
import type { PipRunner } from './pip/runner.js';
import type { PipWarning } from './pip/warnings.js';

/** Where pip works, and who hears of it. */
export interface PipOptions extends FindOptions {
  /** Stops it, as Ctrl-C would: pip takes back what it has begun. */
  readonly signal?: AbortSignal;
  /** Called with each line that pip prints, from this thread. Not together with `runner`. */
  readonly onOutput?: (line: string) => void;
  /** Called when a virtual environment has been made, before pip starts. */
  readonly onEnvironment?: (python: PythonInstallation) => void;
  /** How pip is started; in the background, without input, when left out. */
  readonly runner?: PipRunner;
}

/** How to install. */
export interface PipInstallOptions extends PipOptions {
  /** Further arguments of `pip install`: `['--upgrade', '--only-binary', ':all:']`. */
  readonly args?: readonly string[];
}

/** How to write a lock file. */
export interface LockOptions extends PipInstallOptions {
  /** The lock file, relative to `cwd`; `pylock.toml` beside the `.venv` when left out. */
  readonly file?: string;
}

/** How to install from a lock file; the same options. */
export type SyncOptions = LockOptions;

/** What pip has done. */
export interface PipResult {
  /** The virtual environment it was done in. */
  readonly environment: PythonInstallation;
  /** What is there now and was not before, also in another version. */
  readonly installed: readonly InstalledPackage[];
  /** What was there before and is not now, also in another version. */
  readonly removed: readonly InstalledPackage[];
  readonly warnings: readonly PipWarning[];
  /** What pip wrote to standard output. */
  readonly output: string;
}

/**
 * Runs pip in the project's virtual environment: the active Python (as `findPython` finds it) if that is one, else the
 * `.venv` of the project, which is made of the active Python where it is missing. The project is the nearest folder with
 * a `package.json`, else the working directory. A base installation is never touched. One process at a time works on an
 * environment; others wait.
 *
 * Afterwards, on a free-threaded build, each new package with extension modules is imported in a process of its own, to
 * find those that turn the GIL on.
 *
 * May be called on any JavaScript thread, which is not blocked for long.
 *
 * @param args - as after `pip`: `['install', 'numpy']`
 * @param options - which Python, and whom to tell
 * @returns what has changed
 * @throws NogilError `PIP_FAILED` with the last that pip said; as `findPython`; `PYTHON_REFUSED` when the `.venv` is of
 *   another Python than the one that was named; `INSTALL_FAILED` when no environment could be made; the signal's reason
 *   when aborted
 */
export async function runPip(
  args: readonly string[],
  options: PipOptions = {},
): Promise<PipResult> {
  const { run } = await import('./pip/pip.js');
  return run(args, options);
}

/**
 * Installs packages: `pip install`. See {@link runPip}.
 *
 * @param requirements - one or several, as pip takes them: `numpy`, `numpy>=2`, a path, a URL
 * @throws NogilError `INVALID_ARGUMENT` for none, and for what is an option
 */
export async function installPackages(
  requirements: string | readonly string[],
  options: PipInstallOptions = {},
): Promise<PipResult> {
  const list = typeof requirements === 'string' ? [requirements] : requirements;
  const wrong = list.find((text) => typeof text !== 'string' || /^\s*(-|$)/.test(text));
  if (list.length === 0 || wrong !== undefined) {
    throw new NogilError(
      'INVALID_ARGUMENT',
      wrong === undefined
        ? 'no package was named'
        : `${JSON.stringify(wrong)} is no requirement; options of pip go into \`args\``,
    );
  }
  return runPip(['install', ...(options.args ?? []), ...list], options);
}

/**
 * Writes what is installed in the environment to a lock file: `pylock.toml` (PEP 751), by `pip lock`, each file with its
 * hash. It holds for this version of Python and this platform. See {@link runPip}.
 *
 * @returns also the file
 * @throws NogilError `PIP_FAILED`, also for a pip older than 26.1
 */
export async function lockPackages(
  options: LockOptions = {},
): Promise<PipResult & { readonly file: string }> {
  const { lock } = await import('./pip/pip.js');
  return lock(options);
}

/**
 * Makes the environment what a lock file says: installs what is missing or of another version, each file checked against
 * its hash, and removes what the lock does not name, but for pip. What is there in the right version stays, and is not
 * checked. See {@link runPip}.
 *
 * @throws NogilError `PIP_FAILED`, also for a hash that does not match, a lock file that is missing or damaged, and a pip
 *   older than 26.1
 */
export async function syncPackages(options: SyncOptions = {}): Promise<PipResult> {
  const { sync } = await import('./pip/pip.js');
  return sync(options);
}
