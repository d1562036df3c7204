import { loadCore, NogilError } from '@nogil/abi';
import { NG_STATUS_OK } from '@nogil/abi/constants';
import {
  findPython,
  installPackages,
  type LockOptions,
  lockPackages,
  type PipInstallOptions,
  type PipOptions as AnyPipOptions,
  type PipResult,
  runPip,
  syncPackages,
} from '@nogil/python';

import { environment, existingEnvironment } from './environment.js';
import { runSource } from './evaluation/run.js';
import { describeRunning } from './info.js';

/** Where pip works, and who hears of it. */
export type PipOptions = Omit<AnyPipOptions, 'runner'>;

/** The same, with further arguments for pip. */
export type PipArguments = Omit<PipInstallOptions, 'runner'>;

/** The same, with the name of the lock file. */
export type PipLockOptions = Omit<LockOptions, 'runner'>;

/** The program of the Python that runs in this process; undefined while none does. */
function runningProgram(): string | undefined {
  const { status, executable } = (existingEnvironment()?.core ?? loadCore()).describe();
  return status === NG_STATUS_OK ? executable : undefined;
}

/**
 * Without a folder or a Python of the caller's it is about this process: the environment that runs here, or none at all
 * where a base runs, which would never see what goes into a `.venv`.
 */
function aimed<Options extends PipOptions>(options: Options): Options {
  const { cwd, executable, version } = options;
  if (cwd !== undefined || executable !== undefined || version !== undefined) return options;
  const running = runningProgram();
  if (running === undefined) return options;
  const python = findPython({ executable: running });
  if (python.isVirtualEnvironment) return { ...options, executable: running };
  throw new NogilError(
    'PYTHON_MISMATCH',
    `${running} runs in this process, a base installation, into which no packages go; from a .venv they would not be ` +
      'found here. Next step: use python.pip before the first use of Python, or npx nogil pip install before the ' +
      'program; or say with `cwd` which project it is for',
  );
}

/** Says what is to be known, and lets the Python that runs here see what is new. */
function told<Result extends PipResult>(result: Result): Result {
  for (const { message, code } of result.warnings) {
    process.emitWarning(message, { type: 'NogilPipWarning', code: `NOGIL_${code}` });
  }
  if (runningProgram() !== undefined) {
    const { prefix } = describeRunning(environment());
    if (prefix === result.environment.prefix) {
      runSource('run', 'import importlib\nimportlib.invalidate_caches()', { isolated: true });
    }
  }
  return result;
}

/**
 * pip, in the virtual environment of the project: the Python that runs in this process if that is one, else the active
 * Python if that is one, else the `.venv` of the project, made of the active Python where it is missing. Base
 * installations are never touched. pip is a process of its own; JavaScript goes on meanwhile. What goes into the
 * environment that runs here can be imported at once.
 *
 * Warnings are in the result and process warnings, too: which new packages turn the GIL of a free-threaded Python on.
 *
 * All of it throws NogilError `PIP_FAILED` with the last that pip said, `PYTHON_MISMATCH` when a base installation runs
 * in this process, `PYTHON_NOT_FOUND`, `PYTHON_REFUSED`, `INSTALL_FAILED`; the signal's reason. Any JS thread.
 */
export const pip = {
  /**
   * `pip install`.
   *
   * @param requirements - one or several, as pip takes them: `numpy`, `numpy>=2`, a path, a URL
   * @throws (rejects with) also NogilError `INVALID_ARGUMENT` for none, and for what is an option
   */
  async install(
    requirements: string | readonly string[],
    options: PipArguments = {},
  ): Promise<PipResult> {
    return told(await installPackages(requirements, aimed(options)));
  },

  /**
   * Writes what is installed to a lock file, `pylock.toml` (PEP 751), each file with its hash. It holds for this version
   * of Python and this platform. Needs pip 26.1.
   *
   * @returns also the file
   */
  async lock(options: PipLockOptions = {}): Promise<PipResult & { readonly file: string }> {
    return told(await lockPackages(aimed(options)));
  },

  /**
   * Makes the environment what the lock file says: installs what is missing or of another version, each file checked
   * against its hash, and removes what the lock does not name. Needs pip 26.1.
   */
  async sync(options: PipLockOptions = {}): Promise<PipResult> {
    return told(await syncPackages(aimed(options)));
  },

  /**
   * Anything else that pip can do.
   *
   * @param args - as after `pip`: `['uninstall', '--yes', 'numpy']`
   */
  async run(args: readonly string[], options: PipOptions = {}): Promise<PipResult> {
    return told(await runPip(args, aimed(options)));
  },
};
