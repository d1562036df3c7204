import { statusError } from '@nogil/abi';
import {
  NG_STATUS_FOREIGN_HANDLE,
  NG_STATUS_PYTHON_ERROR,
  NG_STATUS_STALE_HANDLE,
} from '@nogil/abi/constants';
import { handleError } from '@nogil/handles';

import type { Environment } from '../environment.js';
import { Exception } from './exception.js';
import { errorFor, NO_EFFECTS, takeRaised } from './make.js';
import { captureSite } from './stack.js';

/**
 * What to throw for an operation that did not answer OK: the error for a Python exception, or what JavaScript threw
 * in the first place, whatever that is. Gives the frame back.
 *
 * @param from - the function whose caller, in the stack, the error comes from
 */
export function failure(
  environment: Environment,
  frame: number,
  status: number,
  from: (...values: never[]) => unknown = failure,
): unknown {
  const { arena } = environment;
  if (status !== NG_STATUS_PYTHON_ERROR) {
    const error = statusFailure(environment, frame, status);
    arena.give(frame);
    return error;
  }
  const arrived = takeRaised(environment, frame);
  return arrived instanceof Exception
    ? errorFor(arrived, captureSite(from), NO_EFFECTS)
    : arrived.value;
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
