import {
  NG_OPERATION_BOOTSTRAP,
  NG_OPERATION_CALL_FOR_HANDLE,
  NG_OPERATION_GET_ATTRIBUTE,
} from '@nogil/abi/constants';

import { type Crossing, Handle } from './frame/crossing.js';
import type { Environment } from './environment.js';
import { operate, readHandle } from './frame/operate.js';

/**
 * A function of the core's own Python code (native/src/bootstrap.py), looked up once for each thread.
 *
 * @param name - as it is called there
 */
export function supportFunction(environment: Environment, name: string): Handle {
  const known = environment.support.get(name);
  if (known !== undefined) return new Handle(known);
  const module = operate(environment, NG_OPERATION_BOOTSTRAP, [], readHandle);
  try {
    const made = operate(
      environment,
      NG_OPERATION_GET_ATTRIBUTE,
      [new Handle(module), name],
      readHandle,
    );
    environment.support.set(name, made);
    return new Handle(made);
  } finally {
    environment.releases.now([module]);
  }
}

/**
 * Calls a function of the core's own Python code for an object.
 *
 * @param values - ready to cross
 * @returns a handle, which the caller then owns
 */
export function supportHandle(
  environment: Environment,
  name: string,
  ...values: readonly Crossing[]
): number {
  const positional = [supportFunction(environment, name), ...values];
  return operate(environment, NG_OPERATION_CALL_FOR_HANDLE, positional, readHandle);
}
