import { statusError } from '@nogil/abi';
import {
  NG_OPERATION_DESCRIBE_EXCEPTION,
  NG_STATUS_FOREIGN_HANDLE,
  NG_STATUS_OK,
  NG_STATUS_PYTHON_ERROR,
  NG_STATUS_STALE_HANDLE,
} from '@nogil/abi/constants';
import { handleError, handleTracking } from '@nogil/handles';

import type { Environment } from '../environment.js';
import { type HandleCell, handleCell } from '../proxy/handle-cell.js';
import { PythonError } from './python-error.js';

// Bound here: through the import it would be looked up each time.
const tracking = handleTracking;

/**
 * The JavaScript error for an operation that did not answer OK. Gives the frame back: describing an
 * exception needs one of its own, and the arguments in this one may fill the arena.
 */
export function failure(environment: Environment, frame: number, status: number): Error {
  const { arena } = environment;
  const subject = arena.number(arena.result(frame));
  const detail = arena.detail(frame);
  const aboutHandle = status === NG_STATUS_STALE_HANDLE || status === NG_STATUS_FOREIGN_HANDLE;
  const handle = aboutHandle ? arena.number(arena.argument(frame, detail)) : 0;
  arena.give(frame);
  if (status === NG_STATUS_PYTHON_ERROR) return pythonError(environment, subject);
  return aboutHandle ? handleError(status, handle, ` (argument ${detail})`) : statusError(status);
}

/** Takes over the exception named by `handle`. */
function pythonError(environment: Environment, handle: number): Error {
  const { arena, releases } = environment;
  const frame = arena.claim(1);
  try {
    arena.writeHandle(arena.argument(frame, 0), handle);
    const status = arena.invoke(frame, NG_OPERATION_DESCRIBE_EXCEPTION, 1, 0);
    if (status !== NG_STATUS_OK) {
      releases.later(handle);
      if (status !== NG_STATUS_PYTHON_ERROR) return statusError(status);
      // Formatting it raised in turn (no memory, no stack left): still an error, still Python's.
      releases.later(arena.number(arena.result(frame)));
      return new PythonError('Exception', 'an exception that could not be described', '');
    }
    const part = (index: number): string => arena.text(arena.argument(frame, index));
    const error = new PythonError(part(0), part(1), part(2));
    Object.defineProperty(error, handleCell, { value: { handle } satisfies HandleCell });
    releases.watch(error, handle);
    if (tracking.active) tracking.created(handle);
    return error;
  } finally {
    arena.give(frame);
  }
}
