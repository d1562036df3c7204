import { checkedText, statusError } from '@nogil/abi';
import { NG_HANDLE_END_RELEASED, NG_STATUS_OK } from '@nogil/abi/constants';

import { core, nameCell } from './core.js';
import { checked, handleError, nameOrThrow } from './history.js';
import { handleTracking } from './tracking.js';

/**
 * Makes a handle: runs Python code in the namespace of `__main__` and names the value of the last
 * statement. A program that uses `nogil` has proxies instead, which hold a handle each.
 *
 * @param code - statements, the last one an expression; without one the handle names `None`
 * @returns a handle of this JS thread's, which the caller releases
 * @throws NogilError `PYTHON_RAISED` with the exception's text, `OUT_OF_MEMORY`, `PYTHON_NOT_STARTED`,
 *   `PYTHON_SHUT_DOWN`
 * @remarks Any JS thread.
 */
export function createHandle(code: string): number {
  const { status, message, value } = core().run(checkedText('Python code', code));
  if (status !== NG_STATUS_OK) throw statusError(status, message);
  if (handleTracking.active) handleTracking.created(value);
  return value;
}

/**
 * A second handle to the same object, released on its own.
 *
 * @param handle - a live one of this JS thread's
 * @throws HandleError `STALE_HANDLE`, `FOREIGN_HANDLE`; NogilError `OUT_OF_MEMORY`, `PYTHON_SHUT_DOWN`
 * @remarks The handle's own JS thread.
 */
export function duplicateHandle(handle: number): number {
  const name = nameCell();
  name[0] = checked(handle);
  core().duplicateHandle();
  const made = nameOrThrow(name[0], handle);
  if (handleTracking.active) handleTracking.created(made);
  return made;
}

/**
 * Releases a handle. The object's finalizer may run before this returns.
 *
 * @param handle - a live one of this JS thread's
 * @throws HandleError `STALE_HANDLE` when it was released before, `FOREIGN_HANDLE`; NogilError
 *   `PYTHON_SHUT_DOWN`
 * @remarks The handle's own JS thread.
 */
export function releaseHandle(handle: number): void {
  const name = nameCell();
  name[0] = checked(handle);
  core().release();
  nameOrThrow(name[0], handle);
  if (handleTracking.active) handleTracking.released(handle);
}

/**
 * Releases many handles in one go. What is no live handle of this JS thread's is passed over.
 *
 * @param handles - any numbers
 * @returns how many were released
 * @throws NogilError `PYTHON_SHUT_DOWN`: then none was
 * @remarks The handles' own JS thread.
 */
export function releaseHandles(handles: Iterable<number>): number {
  const all = Float64Array.from(handles);
  const released = nameOrThrow(core().releaseHandles(all, NG_HANDLE_END_RELEASED), 0);
  if (handleTracking.active) for (const handle of all) handleTracking.released(handle);
  return released;
}

/**
 * Python's `repr()` of an object.
 *
 * @param handle - a live one of this JS thread's
 * @throws HandleError `STALE_HANDLE`, `FOREIGN_HANDLE`; NogilError `PYTHON_RAISED`, `PYTHON_SHUT_DOWN`
 * @remarks The handle's own JS thread.
 */
export function reprOf(handle: number): string {
  const { status, message, value } = core().repr(checked(handle));
  if (status === NG_STATUS_OK) return value;
  throw message === '' ? handleError(status, handle) : statusError(status, message);
}

/**
 * The name of an object's type with its module; that of a builtin without one. Runs no code of the
 * object's, its type's or its metaclass's.
 *
 * @param handle - a live one of this JS thread's
 * @throws HandleError `STALE_HANDLE`, `FOREIGN_HANDLE`; NogilError `OUT_OF_MEMORY`, `PYTHON_SHUT_DOWN`
 * @remarks The handle's own JS thread.
 */
export function typeNameOf(handle: number): string {
  const { status, message, value } = core().handleTypeName(checked(handle));
  if (status === NG_STATUS_OK) return value;
  throw message === '' ? handleError(status, handle) : statusError(status, message);
}
