import { threadId } from 'node:worker_threads';

import { NogilError } from '@nogil/abi';

import { environment } from '../environment.js';
import { captureSite } from '../errors/stack.js';
import type { PyAny, PyProxy } from '../types.js';
import { callOnPool, rejected } from './call.js';
import { callBounded } from './operation.js';
import { callable, type CallOptions, checkCall } from './options.js';

/**
 * Calls a Python function that may be interrupted, and waits for it. Without bounds it is what `fn(...args)` is.
 *
 * Python code is interrupted between two of its steps, not while it sleeps or waits in C.
 *
 * @param fn - anything in Python that can be called
 * @param args - its arguments
 * @param options - keyword arguments and bounds. The signal can be aborted by a callback of the function's only: no
 *   other JavaScript of this thread runs meanwhile
 * @throws PythonError what it raises; NogilError `TIMED_OUT`, whose cause is what it raised then, and
 *   `INVALID_ARGUMENT`, `UNSUPPORTED_VALUE`; the signal's reason
 * @remarks The object's own JS thread.
 */
export function call(fn: PyProxy, args: readonly unknown[] = [], options: CallOptions = {}): PyAny {
  const keywords = checkCall(args, options);
  const target = callable(fn);
  return callBounded(environment(), target, args, keywords, options);
}

/**
 * Calls a Python function on a thread of the pool, while this one goes on: `fn.callAsync(...)` with bounds.
 *
 * @param fn - anything in Python that can be called
 * @param args - its arguments, which cross before this returns
 * @param options - keyword arguments and bounds; the time it waits for a thread counts
 * @returns what it returns, as a call would have
 * @throws (rejects with) as `call`; where Python cannot be interrupted, `TIMED_OUT` without a cause, and a warning
 *   `NOGIL_NOT_INTERRUPTED` tells where it is
 * @remarks The object's own JS thread.
 */
export function callAsync(
  fn: PyProxy,
  args: readonly unknown[] = [],
  options: CallOptions = {},
): Promise<PyAny> {
  const site = captureSite(callAsync);
  try {
    const keywords = checkCall(args, options);
    const target = callable(fn);
    return callOnPool(environment(), target, args, keywords, options, site);
  } catch (error) {
    return rejected(error);
  }
}

/**
 * Raises `KeyboardInterrupt` in the Python code that a JS thread runs now. It never reaches a later call; code may
 * catch it.
 *
 * @param thread - the `threadId` of a worker (0: the main thread); without it, this thread, for callbacks
 * @returns whether that thread was in Python
 * @throws NogilError `INVALID_ARGUMENT`
 * @remarks Any JS thread.
 */
export function interrupt(thread: number = threadId): boolean {
  if (!Number.isInteger(thread) || thread < 0 || thread > 0xffff_ffff) {
    throw new NogilError(
      'INVALID_ARGUMENT',
      `thread is ${String(thread)}; it is the threadId of a worker`,
    );
  }
  return environment().core.interruptThread(thread) > 0;
}
