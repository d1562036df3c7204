import { NogilError } from '@nogil/abi';
import { NG_OPERATION_TO_PYTHON } from '@nogil/abi/constants';
import {
  type HandleToken,
  openToken,
  releaseToken,
  shareHandle,
  type ShareOptions,
  takeToken,
} from '@nogil/handles';

import { destroyed } from '../conversion/unsupported.js';
import { environment } from '../environment.js';
import { Handle } from '../frame/crossing.js';
import { invoke } from '../invoke.js';
import { cellOf } from '../proxy/handle-cell.js';
import type { PyAny, PyProxy } from '../types.js';
import { checkNames, refuse } from './options.js';

/** How a token is opened. */
export interface OpenOptions {
  /** Whether this ends the token: of all threads that try, one gets the object. `false` when left out. */
  readonly take?: boolean;
}

/**
 * Makes a token of a Python object, for other JS threads: plain data, which goes through `postMessage`, `workerData`
 * and a `MessageChannel`. The proxy stays as it is, and may be destroyed: the token keeps the object by itself, until
 * somebody takes it ({@link open} with `take`) or ends it ({@link unshare}).
 *
 * @param proxy - of any Python object
 * @param options - `until: 'thread'` ends the token with this JS thread, where nobody has ended it before. Objects that
 *   were opened from it stay
 * @returns the token, good in every JS thread of this process
 * @throws NogilError `INVALID_ARGUMENT` for what is no Python object, `STALE_HANDLE` for a proxy that was destroyed,
 *   `FOREIGN_HANDLE`, `PYTHON_SHUT_DOWN`, `OUT_OF_MEMORY`
 * @remarks The object's own JS thread.
 */
export function share(proxy: PyProxy, options: ShareOptions = {}): HandleToken {
  const value: unknown = proxy;
  const isObject = (typeof value === 'object' && value !== null) || typeof value === 'function';
  const cell = isObject ? cellOf(value) : undefined;
  if (cell === undefined) {
    refuse(
      `python.share takes a Python object, not ${value === null ? 'null' : `a ${typeof value}`}: ` +
        'post anything else as it is',
    );
  }
  if (cell.handle === 0) throw destroyed(cell.farewell);
  checkNames(options, ['until']);
  environment();
  cell.lend?.();
  return shareHandle(cell.handle, options);
}

/**
 * The Python object of a token: the same one, for which `id()` is the same, on whichever thread it is opened. As often
 * as wanted, unless it is taken.
 *
 * @typeParam Shape - what you use of it; nothing checks that it is like that
 * @param token - from {@link share} on any JS thread of this process, or its structured clone
 * @param options - see {@link OpenOptions}
 * @returns a proxy of this JS thread's
 * @throws NogilError `INVALID_ARGUMENT` for what is no token; `STALE_HANDLE` for one that was taken or ended, or ended
 *   with its thread (its message says which, and by whom), and for a number that no token ever had; `FOREIGN_HANDLE`
 *   for one of another process; `PYTHON_SHUT_DOWN`, `OUT_OF_MEMORY`
 * @remarks Any JS thread. Starts Python, or joins the one that runs.
 */
// eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- the caller knows, nobody else does
export function open<Shape = PyAny>(token: HandleToken, options: OpenOptions = {}): Shape {
  checkNames(options, ['take']);
  const { take = false } = options;
  if (typeof take !== 'boolean') {
    throw new NogilError('INVALID_ARGUMENT', `take is ${String(take)}; it is true or false`);
  }
  const here = environment();
  const handle = take ? takeToken(token) : openToken(token);
  try {
    // Through Python once more, for the proxy that this thread may have of it already.
    return invoke(here, NG_OPERATION_TO_PYTHON, new Handle(handle), []) as Shape;
  } finally {
    here.releases.now([handle]);
  }
}

/**
 * Ends a token that nobody needs any more. Objects that were opened from it stay.
 *
 * @param token - from {@link share} on any JS thread of this process, or its structured clone
 * @throws NogilError as {@link open}
 * @remarks Any JS thread.
 */
export function unshare(token: HandleToken): void {
  environment();
  releaseToken(token);
}
