import { NG_OPERATION_CALL, NG_OPERATION_CALL_FOR_HANDLE } from '@nogil/abi/constants';

import { pyodide } from '../conversion/policy.js';
import { absent, presentReader } from '../conversion/to-js.js';
import { type Environment, environment } from '../environment.js';
import type { Crossing, Handle } from '../frame/crossing.js';
import { operate, readHandle } from '../frame/operate.js';
import { supportFunction } from '../support.js';
import { Crossed } from './crossed.js';
import { asPyodideError } from './errors.js';

const readValue = presentReader(pyodide);

export { absent };

function carryOut<Result>(
  operation: number,
  callee: (here: Environment) => Handle,
  values: readonly unknown[],
  names: readonly string[],
  keywords: readonly unknown[],
  read: (environment: Environment, frame: number) => Result,
): Result {
  const here = environment();
  const crossed = new Crossed(here);
  try {
    const positional: Crossing[] = [callee(here)];
    for (const value of values) positional.push(crossed.of(value));
    const named = keywords.map((value) => crossed.of(value));
    return operate(here, operation, positional, read, names, named);
  } catch (error) {
    throw asPyodideError(error);
  } finally {
    crossed.done();
  }
}

/** Calls one of the functions of _pyodide_core.py. */
export function ask(name: string, ...values: readonly unknown[]): unknown {
  const callee = (here: Environment): Handle => supportFunction(here, `pyodide_${name}`);
  return carryOut(NG_OPERATION_CALL, callee, values, [], [], readValue);
}

/** The same, with names. */
export function askNamed(
  name: string,
  values: readonly unknown[],
  names: readonly string[],
  keywords: readonly unknown[],
): unknown {
  const callee = (here: Environment): Handle => supportFunction(here, `pyodide_${name}`);
  return carryOut(NG_OPERATION_CALL, callee, values, names, keywords, readValue);
}

/** The same for a reference that the caller owns. */
export function askForHandle(name: string, ...values: readonly unknown[]): number {
  const callee = (here: Environment): Handle => supportFunction(here, `pyodide_${name}`);
  return carryOut(NG_OPERATION_CALL_FOR_HANDLE, callee, values, [], [], readHandle);
}

/** Any operation on a Python object. */
export function operateOn(
  operation: number,
  target: Handle,
  values: readonly unknown[],
  names: readonly string[] = [],
  keywords: readonly unknown[] = [],
): unknown {
  return carryOut(operation, () => target, values, names, keywords, readValue);
}
