import { NogilError, openCore, statusError } from '@nogil/abi';
import { NG_STATUS_DEADLOCK, NG_STATUS_OK, NG_STATUS_TIMED_OUT } from '@nogil/abi/constants';

import type { LockOptions } from './mutex.js';
import { checkedTimeout } from './options.js';

/** The creation lock, held once more. */
export interface HeldCreation extends Disposable {
  /** Gives back what one acquire took. Calling it twice is fine. */
  release(): void;
}

/**
 * Takes the creation lock, under which nogil makes types and dispatchers: one for the whole process. It is
 * this thread's as often as it likes, and is released with it. While it waits the thread serves
 * Python's calls of its functions; its event loop stands still. Release it before anything is awaited: the
 * thread's other flows would be inside, too, and everybody else outside.
 *
 * @param options - how long to wait
 * @throws NogilError `TIMED_OUT`, `DEADLOCK` when its holder waits for the function that this
 *   thread carries out for Python, `PYTHON_NOT_STARTED`, `PYTHON_SHUT_DOWN`, `INVALID_ARGUMENT`
 * @remarks Any JS thread.
 */
export function acquireCreationLock(options: LockOptions = {}): HeldCreation {
  const timeoutMs = checkedTimeout(options.timeoutMs);
  const core = openCore();
  const status = core.lockCreation(timeoutMs);
  if (status === NG_STATUS_TIMED_OUT) {
    throw new NogilError(
      'TIMED_OUT',
      `the creation lock was not free within ${timeoutMs} ms: another thread creates types, or kept ` +
        'the lock over an await',
    );
  }
  if (status === NG_STATUS_DEADLOCK) {
    throw statusError(
      status,
      'the creation lock is held by a thread that waits for the function running here, which Python ' +
        'called: make types and functions before, or outside of that function',
    );
  }
  if (status !== NG_STATUS_OK) throw statusError(status);
  let held = true;
  const release = (): void => {
    if (!held) return;
    held = false;
    const after = core.unlockCreation();
    if (after !== NG_STATUS_OK) throw statusError(after);
  };
  return { release, [Symbol.dispose]: release };
}

/**
 * Runs a function while this thread holds the creation lock.
 *
 * @param creator - synchronous
 * @param options - how long to wait for the lock
 * @returns what `creator` returned
 * @throws NogilError `INVALID_ARGUMENT` when `creator` returned a promise, as {@link acquireCreationLock},
 *   and what `creator` throws
 * @remarks Any JS thread.
 */
export function lockCreation<Result>(creator: () => Result, options: LockOptions = {}): Result {
  const held = acquireCreationLock(options);
  try {
    const result = creator();
    if (typeof (result as { readonly then?: unknown } | null | undefined)?.then === 'function') {
      throw new NogilError(
        'INVALID_ARGUMENT',
        'the function given to lockCreation() returned a promise; the lock does not last until it settles',
      );
    }
    return result;
  } finally {
    held.release();
  }
}
