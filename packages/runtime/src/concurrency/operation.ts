import { NogilError } from '@nogil/abi';
import { NG_ANSWER_HANDLE, NG_OPERATION_CALL } from '@nogil/abi/constants';

import { Conversion } from '../conversion/to-python.js';
import type { Environment } from '../environment.js';
import type { Site } from '../errors/stack.js';
import type { Crossing, Handle } from '../frame/crossing.js';
import { operate, readHandle, readNumber } from '../frame/operate.js';
import { invoke } from '../invoke.js';
import type { Keywords } from '../keywords.js';
import { Owned } from '../proxy/owned.js';
import { supportFunction } from '../support.js';
import type { Means } from './bounded.js';
import type { CallBounds } from './options.js';

/** Why an operation was interrupted: `ng_interrupt_reason` of native/src/interrupts.h. */
export const Reason = { timeout: 1, abort: 2 } as const;

/** Calls one of the core's own functions for an object that this side holds. */
export function own(
  environment: Environment,
  name: string,
  values: readonly unknown[] = [],
  keywords?: Keywords,
): Owned {
  const conversion = new Conversion(environment);
  try {
    const positional: Crossing[] = [supportFunction(environment, name)];
    for (const value of values) positional.push(conversion.ready(value));
    const named = keywords?.values.map((value) => conversion.ready(value));
    const operation = NG_OPERATION_CALL + NG_ANSWER_HANDLE;
    return new Owned(
      environment,
      operate(environment, operation, positional, readHandle, keywords?.names, named),
    );
  } finally {
    conversion.done();
  }
}

/** Calls one of the core's own functions. */
export function ask(
  environment: Environment,
  name: string,
  ...values: readonly Crossing[]
): unknown {
  return invoke(environment, NG_OPERATION_CALL, supportFunction(environment, name), values);
}

/** Interrupts, unless Python has ended, which interrupts everything. */
export function interrupt(
  environment: Environment,
  name: '_operation_interrupt' | Means['interrupt'],
  object: Owned,
  reason: number,
): void {
  try {
    ask(environment, name, object.handle, reason);
  } catch (error) {
    if (!(error instanceof NogilError && error.code === 'PYTHON_SHUT_DOWN')) throw error;
  }
}

/**
 * The error of a call whose time was up.
 *
 * @param cause - what Python raised then, if it has answered
 * @param site - where the call was made, if not here
 */
export function timedOut(timeout: number, cause?: unknown, site?: Site): NogilError {
  const error = new NogilError(
    'TIMED_OUT',
    cause === undefined
      ? `Python did not end within ${timeout} ms, and does not let itself be interrupted: it is in C code, or ` +
          'waits; its thread goes on'
      : `Python did not end within ${timeout} ms, and was interrupted`,
    cause === undefined ? {} : { cause },
  );
  if (site?.stack !== undefined) {
    error.stack = site.stack.replace(/^.*/, () => `NogilError: ${error.message}`);
  }
  return error;
}

/**
 * Calls a Python function that may be interrupted, and waits for it.
 *
 * @throws NogilError `TIMED_OUT`; the signal's reason; what the function raises
 */
export function callBounded(
  environment: Environment,
  fn: Handle,
  values: readonly unknown[],
  keywords: Keywords | undefined,
  { signal, timeout }: CallBounds,
): unknown {
  signal?.throwIfAborted();
  const operation = own(environment, '_operation');
  const onAbort = (): void => {
    interrupt(environment, '_operation_interrupt', operation, Reason.abort);
  };
  signal?.addEventListener('abort', onAbort);
  try {
    const milliseconds = timeout === undefined ? 0 : Math.trunc(timeout);
    const called = supportFunction(environment, '_operation_run');
    const all = [operation.handle, milliseconds, fn, ...values];
    return invoke(environment, NG_OPERATION_CALL, called, all, keywords);
  } catch (error) {
    const asked = [supportFunction(environment, '_operation_reason'), operation.handle];
    const reason = operate(environment, NG_OPERATION_CALL, asked, readNumber);
    if (reason === Reason.timeout) throw timedOut(timeout ?? 0, error);
    if (reason === Reason.abort) throw signal?.reason;
    throw error;
  } finally {
    signal?.removeEventListener('abort', onAbort);
    operation.release();
  }
}
