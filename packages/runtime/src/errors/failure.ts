import { statusError } from '@nogil/abi';
import {
  NG_STATUS_FOREIGN_HANDLE,
  NG_STATUS_PYTHON_ERROR,
  NG_STATUS_STALE_HANDLE,
} from '@nogil/abi/constants';
import { handleError } from '@nogil/handles';

import type { Environment } from '../environment.js';
import { Exception } from './exception.js';
import { raisedError } from './make.js';
import { captureSite } from './stack.js';

/**
 * The JavaScript error for an operation that did not answer OK. Gives the frame back: what is asked about an
 * exception needs one of its own, and the arguments in this one may fill the arena.
 *
 * @param from - the function whose caller, in the stack, the error comes from
 */
export function failure(
  environment: Environment,
  frame: number,
  status: number,
  from: (...values: never[]) => unknown = failure,
): Error {
  if (status !== NG_STATUS_PYTHON_ERROR) {
    const error = statusFailure(environment, frame, status);
    environment.arena.give(frame);
    return error;
  }
  const exception = new Exception(environment, frame);
  environment.arena.give(frame);
  return raisedError(exception, captureSite(from));
}

/** The error for a status that is not PYTHON_ERROR. */
export function statusFailure(environment: Environment, frame: number, status: number): Error {
  const { arena } = environment;
  if (status !== NG_STATUS_STALE_HANDLE && status !== NG_STATUS_FOREIGN_HANDLE) {
    return statusError(status);
  }
  const detail = arena.detail(frame);
  const handle = arena.number(arena.argument(frame, detail));
  return handleError(status, handle, ` (argument ${detail})`);
}
