import { isAbsolute } from 'node:path';

import { type Core, NogilError, startPython as startChosen } from '@nogil/abi';
import { NG_STATUS_OK } from '@nogil/abi/constants';
import {
  cacheDirectory,
  cacheLayout,
  findPython,
  type FindOptions,
  type PythonInstallation,
} from '@nogil/python';

/** Which Python to start. Without any of it, the first usable one in the documented order. */
export interface StartOptions {
  /** The program of the Python or virtual environment to use: a path. */
  readonly executable?: string;
  /** The version to look for: `3.14t`, `3.14`, `3.12`. Ignored when `executable` is given. */
  readonly version?: string;
  /**
   * Whether SIGINT, SIGTERM and SIGHUP end Python before they end the process, so that its `atexit`
   * callbacks run and nothing that was buffered is lost. True when left out, unless the environment
   * variable `NOGIL_SIGNALS` is 0. A program's own listeners for these signals are left alone. Decided by
   * the thread's first use of Python.
   */
  readonly signals?: boolean;
  /**
   * Whether people type at this program, so that Ctrl-C interrupts the Python that the main thread runs, by a
   * `KeyboardInterrupt` that its caller gets, and never ends the process meanwhile; while no Python runs there, Ctrl-C
   * is the program's. When left out, it is found out: true in the read-eval-print loops of Node and Bun, unless
   * `signals` is off. A program with a loop of its own says so. For the main thread only; it can be set again.
   */
  readonly interactive?: boolean;
  /**
   * How long the process may take from being told to end until it is over, whatever Python does, in whole milliseconds:
   * 100 to 600 000. Within it, tasks of asyncio are cancelled, threads inside Python interrupted, executors and threads
   * that are no daemons waited for, `atexit` callbacks run and buffered output is written. When left out, what another
   * thread said counts, else the environment variable `NOGIL_EXIT_BOUND`, else 2000. It is the process's, and can be set
   * again.
   */
  readonly exitBound?: number;
  /**
   * How long threads of Python's and other workers wait for this JS thread to begin with a call of one of its functions,
   * in milliseconds: 1 to 4 294 967 294, or `Infinity`; 30 000 when left out. Then the caller gets a
   * `nogil.DeadlockError` that says what this thread does instead. Each JS thread has its own; it can be set again.
   */
  readonly callbackTimeout?: number;
  /**
   * Whether this JS thread does what diagnostics cost something: an entry of `performance` for each `callAsync` and
   * `python.parallel`, events on the channel `nogil:unraisable` without a listener, and, from then on and for the whole
   * process, the times of garbage collections in `python.inspect()`. False when left out; it can be set again.
   */
  readonly diagnostics?: boolean;
  /** How many threads the pool of `python.parallel` and `callAsync` may have: 1 to 1024. See `python.parallel.size`. */
  readonly threads?: number;
}

/**
 * Starts Python, or joins the one that runs in this process.
 *
 * @throws NogilError `PYTHON_NOT_FOUND` or `PYTHON_REFUSED` with everything that was looked at,
 *   `PYTHON_MISMATCH` when another Python was asked for than runs, `PYTHON_START_FAILED`,
 *   `PYTHON_SHUT_DOWN`
 */
export function startPython(core: Core, options: StartOptions): void {
  const asked = options.executable !== undefined || options.version !== undefined;
  // Whoever does not say which Python takes the one that runs: a worker, most of the time.
  if (!asked && core.describe().status === NG_STATUS_OK) return;
  const search: FindOptions = {
    ...(options.executable === undefined ? {} : { executable: options.executable }),
    ...(options.version === undefined ? {} : { version: options.version }),
  };
  try {
    startFound(findPython({ ...search, recall: true }));
  } catch (error) {
    if (!(error instanceof NogilError && error.code === 'PYTHON_START_FAILED')) throw error;
    // What it answered before may be true no more. Asked again, it says what is wrong, or another one is found.
    startFound(findPython(search));
  }
}

function startFound({ executable, libpython }: PythonInstallation): void {
  const folder = cacheLayout(cacheDirectory()).code;
  startChosen({
    executable,
    library: libpython,
    // Without a home it is relative: what lies in some working directory is not to be run.
    ...(isAbsolute(folder) ? { codeFolder: folder } : {}),
  });
}
