import { nogil } from '../conversion/policy.js';
import type { Environment } from '../environment.js';
import { cellOf } from '../proxy/handle-cell.js';
import { makeProxy } from '../proxy/proxy.js';
import { exceptionFor } from './to-python.js';

/**
 * The Python exception for anything that JavaScript can throw: a Python exception is itself, anything else is
 * carried by a `JavaScriptError`.
 *
 * @returns what can be an argument of an operation
 */
export function exceptionOf(environment: Environment, error: unknown): unknown {
  if (typeof error === 'object' && error !== null && cellOf(error) !== undefined) return error;
  return makeProxy(environment, exceptionFor(environment, error, true), 0, nogil);
}
