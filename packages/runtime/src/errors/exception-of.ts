import { NG_OPERATION_CALL } from '@nogil/abi/constants';

import type { Environment } from '../environment.js';
import { invoke } from '../invoke.js';
import { cellOf } from '../proxy/handle-cell.js';
import { supportFunction } from '../support.js';

/**
 * The Python exception for anything that JavaScript can throw: a Python exception is itself, anything else is
 * carried by a `JavaScriptError`.
 *
 * @returns what can be an argument of an operation
 */
export function exceptionOf(environment: Environment, error: unknown): unknown {
  if (typeof error === 'object' && error !== null && cellOf(error) !== undefined) return error;
  const message = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  const stack = error instanceof Error ? (error.stack ?? null) : null;
  const make = supportFunction(environment, 'javascript_error');
  return invoke(environment, NG_OPERATION_CALL, make, [message, stack]);
}
