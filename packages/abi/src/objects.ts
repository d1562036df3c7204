import type { Core, CoreResult } from './core.js';
import { NogilError } from './error.js';
import { NG_ARENA_NAME, NG_STATUS_OK } from './generated/constants.js';
import { watchGil } from './gil-watch.js';
import { loadCore } from './load.js';
import { statusError } from './status-error.js';
import { checkedText } from './text.js';

/**
 * The core, with an environment for this JS thread: what every guard works in.
 *
 * @throws NogilError `PYTHON_NOT_STARTED`, `PYTHON_SHUT_DOWN`, and as {@link loadCore}
 * @remarks Any JS thread. The environment ends with its thread.
 */
export function openCore(): Core {
  const core = loadCore();
  const { status } = core.open();
  if (status !== NG_STATUS_OK) throw statusError(status);
  watchGil(core);
  return core;
}

/** A core's answer, or the error it stands for. */
export function valueOf<Value>({ status, message, value }: CoreResult<Value>): Value {
  if (status !== NG_STATUS_OK) throw statusError(status, message);
  return value;
}

/**
 * Runs Python code in the namespace of `__main__`. For programs that use a guard without `nogil`, which
 * has `python.run`.
 *
 * @param code - statements; the value of the last one, when that is an expression, is the answer
 * @returns a handle that the caller releases, with {@link releaseObject}
 * @throws NogilError `PYTHON_RAISED` with the exception's text, `INVALID_ARGUMENT` for code with lone
 *   surrogates, and as {@link openCore}
 * @remarks Any JS thread; the handle belongs to it.
 */
export function runPython(code: string): number {
  const checked = checkedText('Python code', code);
  return valueOf(openCore().run(checked));
}

/**
 * Python's `repr()` of an object.
 *
 * @param handle - from {@link runPython} or a guard, of this thread
 * @throws NogilError `STALE_HANDLE`, `FOREIGN_HANDLE`, `PYTHON_RAISED`, and as {@link openCore}
 */
export function reprOf(handle: number): string {
  return valueOf(openCore().repr(handle));
}

/**
 * Calls a Python object with positional arguments.
 *
 * @param callable - handle, of this thread
 * @param handles - of the arguments, at most 16 384; all handles stay the caller's
 * @returns a handle of the result, which the caller releases
 * @throws NogilError `STALE_HANDLE`, `FOREIGN_HANDLE`, `PYTHON_RAISED`, and as {@link openCore}
 */
export function callObject(callable: number, ...handles: readonly number[]): number {
  return valueOf(openCore().call(callable, handles));
}

/**
 * Releases a handle of this thread's.
 *
 * @throws NogilError `STALE_HANDLE`, `FOREIGN_HANDLE`, `INVALID_ARGUMENT`, and as {@link openCore}
 */
export function releaseObject(handle: number): void {
  if (typeof handle !== 'number') {
    throw new NogilError('INVALID_ARGUMENT', `a handle is a number, not ${typeof handle}`);
  }
  const core = openCore();
  const name = new Float64Array(core.open().arena)
    .subarray(NG_ARENA_NAME, NG_ARENA_NAME + 1)
    .fill(handle);
  core.release();
  const [answer = 0] = name;
  if (answer !== NG_STATUS_OK) throw statusError(-answer);
}
