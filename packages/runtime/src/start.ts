import { type Core, NogilError } from '@nogil/abi';
import { NG_STATUS_OK } from '@nogil/abi/constants';
import { findPython, type FindOptions } from '@nogil/python';

import { statusError } from './status-error.js';

/** Which Python to start. Without any of it, the first usable one in the documented order. */
export interface StartOptions {
  /** The program of the Python or virtual environment to use: a path. */
  readonly executable?: string;
  /** The version to look for: `3.14t`, `3.14`, `3.12`. Ignored when `executable` is given. */
  readonly version?: string;
}

/**
 * Extension modules are bound to their own libraries before the host's, unless `NOGIL_DEEPBIND=0`:
 * Node exports its own OpenSSL and zlib, which Python's `ssl` and `zlib` would silently use.
 */
function wantsDeepBind(): boolean {
  const setting = process.env.NOGIL_DEEPBIND;
  if (setting === undefined || setting === '' || setting === '1') return true;
  if (setting === '0') return false;
  throw new NogilError('INVALID_ARGUMENT', `NOGIL_DEEPBIND is "${setting}"; it is 0 or 1`);
}

function warnAboutPreload(deepBind: boolean): void {
  const preloaded = process.env.LD_PRELOAD;
  if (!deepBind || preloaded === undefined || preloaded === '') return;
  process.emitWarning(
    `LD_PRELOAD (${preloaded}) does not reach Python's extension modules: they are opened with ` +
      'RTLD_DEEPBIND. Set NOGIL_DEEPBIND=0 if it must',
    { code: 'NOGIL_LD_PRELOAD' },
  );
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
  const python = findPython(search);
  const deepBind = wantsDeepBind();
  const { status, message } = core.start(python.libpython, python.executable, deepBind);
  if (status !== NG_STATUS_OK) throw statusError(status, message);
  warnAboutPreload(deepBind);
}
