import { askPython } from './ask-python.js';
import { NogilError } from './error.js';
import { NG_STATUS_OK } from './generated/constants.js';
import { loadCore } from './load.js';
import { statusError } from './status-error.js';
import { checkedName } from './text.js';

/** Which Python to start. */
export interface PythonChoice {
  /** Path of the program; becomes `sys.executable` and decides prefix and virtual environment. */
  readonly executable: string;
  /** Path of its libpython. Without it the program is run once and asked; see `@nogil/python` for more. */
  readonly library?: string;
  /**
   * A folder of this user's where the core keeps its own Python code compiled, so that the next process starts sooner;
   * it is made when it is missing. Without it, every process compiles that anew.
   */
  readonly codeFolder?: string;
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

function isPath(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

/**
 * Starts this Python in the process, or joins it when it runs already. A process has one.
 *
 * @param choice - which; it is not searched for
 * @throws NogilError `INVALID_ARGUMENT` when no program is named, `PYTHON_NOT_FOUND` and `PYTHON_REFUSED` when
 *   it has to be asked for its library and has none, `PYTHON_MISMATCH` when another Python runs,
 *   `PYTHON_START_FAILED`, `PYTHON_SHUT_DOWN`, and as {@link loadCore}
 * @remarks Any JS thread. Blocks while another thread is starting it.
 */
export function startPython(choice: PythonChoice): void {
  const { executable, library, codeFolder = '' } = choice;
  if (!isPath(executable) || (library !== undefined && !isPath(library))) {
    throw new NogilError(
      'INVALID_ARGUMENT',
      'startPython() wants { executable } or { executable, library }, both paths: name a Python, or let ' +
        '@nogil/python find one',
    );
  }
  const deepBind = wantsDeepBind();
  checkedName('the path of a Python', executable);
  if (library !== undefined) checkedName('the path of a library', library);
  checkedName('the path of a folder', codeFolder);
  const python = library === undefined ? askPython(executable) : { executable, library };
  const { status, message } = loadCore().start(
    python.library,
    python.executable,
    deepBind,
    codeFolder,
  );
  if (status !== NG_STATUS_OK) throw statusError(status, message);
  warnAboutPreload(deepBind);
}
