import { NogilError } from '@nogil/abi';
import {
  NG_SHARE_UNTIL_ENVIRONMENT_ENDS,
  NG_SHARE_UNTIL_RELEASED,
  NG_STATUS_OK,
} from '@nogil/abi/constants';

import { core } from './core.js';
import { checked, handleError, nameOrThrow } from './history.js';
import { handleTracking } from './tracking.js';

/**
 * A Python object on its way between JS threads: a plain object that survives `postMessage`. Anyone in
 * the process who has it may open, take or release it. It keeps the Python object alive by itself.
 */
export interface HandleToken {
  readonly type: 'nogil.token';
  /** Tells this process's tokens from those of another. */
  readonly process: number;
  /** Which; {@link describeHandle} knows more. */
  readonly number: number;
}

/** How an object is shared. */
export interface ShareOptions {
  /**
   * `released` (the default): until somebody takes or releases the token. `thread`: at the latest until
   * the JS thread that shares it ends.
   */
  readonly until?: 'released' | 'thread';
}

const lifetimes: ReadonlySet<string> = new Set(['released', 'thread']);

let processNumber: number | undefined;

function randomNumber(): number {
  // By need: loading it takes longer than the rest of this package.
  return process.getBuiltinModule('node:crypto').randomInt(1, 2 ** 47);
}

function thisProcess(): number {
  return (processNumber ??= core().tokenProcess(randomNumber()));
}

/** Whether a value has the shape of a token. It may be stale all the same. */
export function isHandleToken(value: unknown): value is HandleToken {
  if (typeof value !== 'object' || value === null) return false;
  const { type, process, number } = value as Partial<Record<keyof HandleToken, unknown>>;
  return type === 'nogil.token' && typeof process === 'number' && typeof number === 'number';
}

function numberOf(token: HandleToken): number {
  if (!isHandleToken(token)) {
    throw new NogilError(
      'INVALID_ARGUMENT',
      'this is no token: a token is what shareHandle() or python.share() gives, or its structured clone',
    );
  }
  if (token.process !== thisProcess()) {
    throw new NogilError(
      'FOREIGN_HANDLE',
      `token ${token.number} was made in another process, or by another copy of nogil's core in this one; a ` +
        'Python object can be shared between the threads of one process only, which use the same copy of ' +
        '@nogil/abi. Send its value (pickle, JSON) instead',
    );
  }
  return token.number;
}

/**
 * Shares an object with every JS thread of the process. The handle stays as it is.
 *
 * @param handle - a live one of this JS thread's
 * @param options - how long the token lives when nobody takes or releases it
 * @returns a token to send; unless its life ends with this thread, somebody must take or release it
 * @throws HandleError `STALE_HANDLE`, `FOREIGN_HANDLE`; NogilError `OUT_OF_MEMORY`, `PYTHON_SHUT_DOWN`,
 *   `INVALID_ARGUMENT`
 * @remarks The handle's own JS thread.
 */
export function shareHandle(handle: number, options: ShareOptions = {}): HandleToken {
  const { until = 'released' } = options;
  if (!lifetimes.has(until)) {
    // Whoever comes without types must not get the lifetime that never ends by itself.
    throw new NogilError('INVALID_ARGUMENT', `until is ${until}; it is 'released' or 'thread'`);
  }
  const lifetime = until === 'thread' ? NG_SHARE_UNTIL_ENVIRONMENT_ENDS : NG_SHARE_UNTIL_RELEASED;
  const number = nameOrThrow(core().shareHandle(checked(handle), lifetime), handle);
  return { type: 'nogil.token', process: thisProcess(), number };
}

/**
 * A handle of this JS thread's to the same Python object. The token stays, and may be opened again, here
 * or elsewhere, at the same moment.
 *
 * @param token - from any JS thread of the process
 * @returns a handle, which the caller releases
 * @throws HandleError `STALE_HANDLE` when it was taken or released; NogilError `FOREIGN_HANDLE` when it is
 *   another process's, `INVALID_ARGUMENT`, `OUT_OF_MEMORY`, `PYTHON_SHUT_DOWN`
 * @remarks Any JS thread.
 */
export function openToken(token: HandleToken): number {
  const number = numberOf(token);
  const handle = nameOrThrow(core().openToken(number), number);
  if (handleTracking.active) handleTracking.created(handle);
  return handle;
}

/**
 * Opens a token and ends it: the object moves here. Of all threads that try, one succeeds.
 *
 * @param token - from any JS thread of the process
 * @returns a handle, which the caller releases
 * @throws as {@link openToken}
 * @remarks Any JS thread.
 */
export function takeToken(token: HandleToken): number {
  const number = numberOf(token);
  const handle = nameOrThrow(core().takeToken(number), number);
  if (handleTracking.active) handleTracking.created(handle);
  return handle;
}

/**
 * Ends a token. Handles that were opened from it stay.
 *
 * @param token - from any JS thread of the process
 * @throws HandleError `STALE_HANDLE` when it was taken or released before; NogilError `FOREIGN_HANDLE`
 *   when it is another process's, `INVALID_ARGUMENT`, `PYTHON_SHUT_DOWN`
 * @remarks Any JS thread.
 */
export function releaseToken(token: HandleToken): void {
  const number = numberOf(token);
  const status = core().releaseToken(number);
  if (status !== NG_STATUS_OK) throw handleError(status, number);
}
