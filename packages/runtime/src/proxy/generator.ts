import {
  NG_ANSWER_PROXIES,
  NG_OPERATION_CALL,
  NG_OPERATION_SEND,
  NG_OPERATION_THROW,
} from '@nogil/abi/constants';

import { readResult } from '../conversion/to-js.js';
import { Conversion } from '../conversion/to-python.js';
import type { Environment } from '../environment.js';
import { exceptionOf } from '../errors/exception-of.js';
import type { Handle } from '../frame/crossing.js';
import { operate } from '../frame/operate.js';
import { attributeName, invoke } from '../invoke.js';
import { supportFunction } from '../support.js';
import type { PythonObject } from './python-object.js';

/** One step of a Python generator, as JavaScript's iterators tell it. */
export interface Step {
  readonly done: boolean;
  readonly value: unknown;
}

function readStep(environment: Environment, frame: number): Step {
  // First: reading the value may use the frame's memory again.
  const done = environment.arena.detail(frame) === 1;
  return { done, value: readResult(environment, frame) };
}

function step(environment: Environment, operation: number, target: Handle, value: unknown): Step {
  const conversion = new Conversion(environment);
  try {
    const argument = conversion.ready(value);
    return operate(environment, operation + NG_ANSWER_PROXIES, [target, argument], readStep);
  } finally {
    conversion.done();
  }
}

/** Resumes a generator, coroutine or iterator with a value; `undefined` and `null` are None. */
export function send(environment: Environment, target: Handle, value: unknown): Step {
  return step(environment, NG_OPERATION_SEND, target, value);
}

/** Raises an error where a generator or coroutine stands. */
export function throwInto(environment: Environment, target: Handle, error: unknown): Step {
  return step(environment, NG_OPERATION_THROW, target, exceptionOf(environment, error));
}

/** Ends a generator where it stands, so that its `finally` blocks run. */
export function returnFrom(object: PythonObject, value: unknown): Step {
  const close = attributeName(object.environment, 'close');
  const attribute = supportFunction(object.environment, 'call_method');
  invoke(object.environment, NG_OPERATION_CALL, attribute, [object.reference(), close]);
  return { done: true, value };
}
