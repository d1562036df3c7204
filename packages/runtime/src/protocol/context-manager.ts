import { NogilError } from '@nogil/abi';
import { NG_ANSWER_HANDLE, NG_OPERATION_CALL } from '@nogil/abi/constants';

import { awaitOnLoop } from '../concurrency/aio.js';
import { captureOrigin } from '../concurrency/async-context.js';
import { type Environment, environment } from '../environment.js';
import { exceptionOf } from '../errors/exception-of.js';
import { Conversion } from '../conversion/to-python.js';
import { operate, readHandle } from '../frame/operate.js';
import { invoke } from '../invoke.js';
import { Owned } from '../proxy/owned.js';
import { supportFunction } from '../support.js';
import type { PyAny } from '../types.js';

function callOwned(here: Environment, name: string, values: readonly unknown[]): Owned {
  const conversion = new Conversion(here);
  try {
    const called = [supportFunction(here, name), ...values.map((value) => conversion.ready(value))];
    return new Owned(here, operate(here, NG_OPERATION_CALL + NG_ANSWER_HANDLE, called, readHandle));
  } finally {
    conversion.done();
  }
}

function call(here: Environment, name: string, ...values: readonly unknown[]): unknown {
  return invoke(here, NG_OPERATION_CALL, supportFunction(here, name), values);
}

function isThenable(value: unknown): boolean {
  return (
    ((typeof value === 'object' && value !== null) || typeof value === 'function') &&
    typeof (value as { then?: unknown }).then === 'function'
  );
}

function leave(here: Environment, exit: Owned, error: unknown): unknown {
  return call(here, 'leave', exit.handle, error);
}

/**
 * Python's `with` statement: enters the context manager, calls `body` with what `__enter__` gave, and leaves it,
 * whatever happens, with the exception if there is one.
 *
 * @param manager - a context manager
 * @param body - synchronous
 * @returns what `body` returned; `undefined` when it threw and `__exit__` suppressed that
 * @throws PythonError a `TypeError` when it is no context manager, and what its methods raise; what `body` throws,
 *   the same object; NogilError `INVALID_ARGUMENT` when `body` returns a promise, after leaving
 * @remarks The manager's own JS thread.
 */
export function withManager<Result>(
  manager: unknown,
  body: (value: PyAny) => Result,
): Result | undefined {
  const here = environment();
  const exit = callOwned(here, 'with_exit', [manager]);
  try {
    const value = call(here, 'with_enter', manager);
    let result: Result;
    try {
      result = body(value);
    } catch (error) {
      const suppressed = call(here, 'truth', leave(here, exit, exceptionOf(here, error)));
      if (suppressed === true) return undefined;
      throw error;
    }
    leave(here, exit, null);
    if (isThenable(result)) {
      throw new NogilError(
        'INVALID_ARGUMENT',
        'the body of python.with returned a promise, and the context was left before it settled: use ' +
          'python.asyncWith for an asynchronous context manager, or await outside',
      );
    }
    return result;
  } finally {
    exit.release();
  }
}

async function driveOwned(here: Environment, awaitable: Owned): Promise<unknown> {
  try {
    return await awaitOnLoop(here, awaitable.handle, captureOrigin(driveOwned));
  } finally {
    awaitable.release();
  }
}

/**
 * Python's `async with` statement: as {@link withManager}, with `__aenter__`, `__aexit__` and `body` awaited.
 *
 * @param manager - an asynchronous context manager
 * @param body - may be asynchronous
 * @returns what `body` returned; `undefined` when it threw and `__aexit__` suppressed that
 * @throws as {@link withManager}
 * @remarks The manager's own JS thread.
 */
export async function asyncWithManager<Result>(
  manager: unknown,
  body: (value: PyAny) => Result | Promise<Result>,
): Promise<Result | undefined> {
  const here = environment();
  const exit = callOwned(here, 'async_with_exit', [manager]);
  const leaveAsync = (error: unknown): Promise<unknown> =>
    driveOwned(here, callOwned(here, 'leave', [exit.handle, error]));
  try {
    const value = await driveOwned(here, callOwned(here, 'async_with_enter', [manager]));
    let result: Result;
    try {
      result = await body(value);
    } catch (error) {
      const suppressed = call(here, 'truth', await leaveAsync(exceptionOf(here, error)));
      if (suppressed === true) return undefined;
      throw error;
    }
    await leaveAsync(null);
    return result;
  } finally {
    exit.release();
  }
}
