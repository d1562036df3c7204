import { NG_OPERATION_CALL, NG_OPERATION_SEND, NG_OPERATION_THROW } from '@nogil/abi/constants';

import type { Policy } from '../conversion/policy.js';
import { resultReader } from '../conversion/to-js.js';
import { Conversion } from '../conversion/to-python.js';
import type { Environment } from '../environment.js';
import { exceptionOf } from '../errors/exception-of.js';
import type { Crossing, Handle } from '../frame/crossing.js';
import { operate } from '../frame/operate.js';
import { attributeName, invoke } from '../invoke.js';
import { supportFunction } from '../support.js';
import type { PythonObject } from './python-object.js';

/** One step of a Python generator, as JavaScript's iterators tell it. */
export interface Step {
  readonly done: boolean;
  readonly value: unknown;
}

function stepReader(policy: Policy): (environment: Environment, frame: number) => Step {
  const read = resultReader(policy);
  return (environment, frame) => {
    // First: reading the value may use the frame's memory again.
    const done = environment.arena.detail(frame) === 1;
    return { done, value: read(environment, frame) };
  };
}

function step(
  environment: Environment,
  operation: number,
  target: Handle,
  value: unknown,
  policy: Policy,
): Step {
  const conversion = new Conversion(environment, policy);
  try {
    const given: Crossing[] = [target, conversion.ready(value)];
    return operate(environment, operation + policy.answers, given, stepReader(policy));
  } finally {
    conversion.done();
  }
}

/** Resumes a generator, coroutine or iterator with a value; `undefined` is None. */
export function send(
  environment: Environment,
  target: Handle,
  value: unknown,
  policy: Policy,
): Step {
  return step(environment, NG_OPERATION_SEND, target, value, policy);
}

/** Raises an error where a generator or coroutine stands. */
export function throwInto(
  environment: Environment,
  target: Handle,
  error: unknown,
  policy: Policy,
): Step {
  return step(environment, NG_OPERATION_THROW, target, exceptionOf(environment, error), policy);
}

/** Ends a generator where it stands, so that its `finally` blocks run. */
export function returnFrom(object: PythonObject, value: unknown): Step {
  const close = attributeName(object.environment, 'close');
  const attribute = supportFunction(object.environment, 'call_method');
  invoke(object.environment, NG_OPERATION_CALL, attribute, [object.reference(), close]);
  return { done: true, value };
}
