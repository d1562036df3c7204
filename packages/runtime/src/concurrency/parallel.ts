import { NG_OPERATION_CALL } from '@nogil/abi/constants';

import { trace } from '../diagnostics/tracing.js';
import { environment, type Environment } from '../environment.js';
import { captureSite, type Site } from '../errors/stack.js';
import { operate, readNumber } from '../frame/operate.js';
import { supportFunction } from '../support.js';
import type { PyAny, PyProxy } from '../types.js';
import { Batch, type BatchOptions, type Progress } from './batch.js';
import { rejected } from './call.js';
import { type Items, ItemSource } from './items.js';
import { callable, checkNames, checkSignal, refuse } from './options.js';

const MOST_THREADS = 1024;

/** How `python.parallel` works. */
export interface ParallelOptions {
  /** How many parts may run at once, from 1 on; without it, as many as the pool has threads. */
  readonly concurrency?: number;
  /** Rejects at once with its reason when it is aborted; what runs in Python is interrupted. */
  readonly signal?: AbortSignal;
  /** Told how far it is, ten times a second at most, and at the end. What it throws ends the work. */
  readonly onProgress?: (progress: Progress) => void;
  /** How many items are handed over together; without it, what makes a part take some milliseconds. */
  readonly chunk?: number;
  /**
   * What is done when a call raises. `cancel`, the default: what has not begun is dropped, what runs ends after its
   * item, and the error, whose `index` is the item's, is thrown. `complete`: all others are called; then a
   * {@link ParallelError} has the errors and the results.
   */
  readonly onError?: 'cancel' | 'complete';
}

/** One call of `python.parallel.all`. */
export interface ParallelCall {
  readonly fn: PyProxy;
  readonly args?: readonly unknown[];
  readonly kwargs?: Readonly<Record<string, unknown>>;
}

function checkCount(name: string, value: unknown, most = Number.MAX_SAFE_INTEGER): void {
  if (Number.isInteger(value) && (value as number) >= 1 && (value as number) <= most) return;
  refuse(`${name} is ${String(value)}; it is a whole number from 1 to ${most}`);
}

function checked(here: Environment, options: ParallelOptions): BatchOptions {
  checkNames(options, ['concurrency', 'signal', 'onProgress', 'chunk', 'onError']);
  const { concurrency, signal, onProgress, chunk, onError = 'cancel' } = options;
  checkSignal(signal);
  if (concurrency !== undefined) checkCount('concurrency', concurrency);
  if (chunk !== undefined) checkCount('chunk', chunk);
  if (onProgress !== undefined && typeof onProgress !== 'function') {
    refuse(`onProgress is a function, not ${typeof onProgress}`);
  }
  const mode: unknown = onError;
  if (mode !== 'cancel' && mode !== 'complete') {
    refuse(`onError is ${String(mode)}; it is 'cancel' or 'complete'`);
  }
  const size = poolSize(here);
  const atOnce = Math.min(concurrency ?? size, size);
  return {
    concurrency: atOnce,
    // Of a pool that is used whole, the threads themselves see to it that no more run.
    ahead: atOnce < size ? atOnce : atOnce * 2,
    chunk,
    complete: onError === 'complete',
    signal,
    onProgress,
  };
}

/** How many threads the pool may have. */
export function poolSize(here: Environment): number {
  return operate(here, NG_OPERATION_CALL, [supportFunction(here, 'pool_size')], readNumber);
}

/** @throws NogilError `INVALID_ARGUMENT` */
export function checkPoolSize(size: unknown): asserts size is number {
  checkCount('the number of threads', size, MOST_THREADS);
}

export function setPoolSize(here: Environment, size: number): void {
  operate(here, NG_OPERATION_CALL, [supportFunction(here, 'pool_size'), size], readNumber);
}

/** @param site - taken by the caller itself: a host with tail calls has its frame no more */
function start(
  fn: unknown,
  items: unknown,
  options: ParallelOptions,
  site: Site,
): Promise<unknown[]> {
  try {
    const here = environment();
    const handle = fn === null ? null : callable(fn);
    const how = checked(here, options);
    if (how.signal?.aborted === true) return rejected(how.signal.reason);
    const source = new ItemSource(items);
    return trace('parallel', here, handle, () =>
      new Batch(here, handle, fn === null, source, how, site).run(),
    );
  } catch (error) {
    return rejected(error);
  }
}

function spread(call: unknown, index: number): unknown[] {
  if (typeof call !== 'object' || call === null) {
    refuse(`call ${index} is an object, { fn, args, kwargs }, not ${typeof call}`);
  }
  checkNames(call, ['fn', 'args', 'kwargs']);
  const { fn, args = [], kwargs = {} } = call as ParallelCall;
  callable(fn);
  if (!Array.isArray(args)) refuse(`the args of call ${index} are an array`);
  return [fn, args, kwargs];
}

/**
 * Calls a Python function with each of many items, on the threads of the pool: in parallel on free-threaded
 * builds, and without keeping the event loop on any.
 *
 * Items cross as arguments do, in parts: what is in two items of one part is one object in Python.
 *
 * @param fn - called with one item at a time
 * @param items - anything iterable, also asynchronously; read only as far as threads are free
 * @param options - see {@link ParallelOptions}
 * @returns the results, in the order of the items
 * @throws (rejects with) PythonError what `fn` raises, with the `index` of the item; ParallelError; NogilError
 *   `INVALID_ARGUMENT`, `UNSUPPORTED_VALUE`, `PYTHON_SHUT_DOWN`; the signal's reason
 * @remarks Any JS thread.
 */
function map<Result = PyAny>(
  fn: PyProxy,
  items: Items<unknown>,
  options: ParallelOptions = {},
): Promise<Result[]> {
  const given: unknown = fn;
  return start(given === null ? undefined : given, items, options, captureSite(map)) as Promise<
    Result[]
  >;
}

/**
 * Makes many calls of Python functions, as `map` does.
 *
 * @param calls - anything iterable of `{ fn, args, kwargs }`
 * @param options - see {@link ParallelOptions}
 * @returns the results, in the order of the calls
 * @throws (rejects with) as `map`
 * @remarks Any JS thread.
 */
function all<Result = PyAny>(
  calls: Iterable<ParallelCall>,
  options: ParallelOptions = {},
): Promise<Result[]> {
  let items: unknown;
  try {
    items = Array.from(calls, spread);
  } catch (error) {
    return rejected(error);
  }
  return start(null, items, options, captureSite(all)) as Promise<Result[]>;
}

/** Python on the core's own threads, for many calls. */
export const parallel = {
  /**
   * How many threads the pool may have, 1 to 1024: as many as there are cores this process may use, unless
   * `NOGIL_THREADS` in the environment, `python.start({ threads })` or an assignment says otherwise. All JS threads
   * share the pool. A smaller one loses threads when they have nothing to do.
   *
   * @throws NogilError `INVALID_ARGUMENT`
   * @remarks Any JS thread. Reading it starts Python.
   */
  get size(): number {
    return poolSize(environment());
  },
  set size(size: number) {
    checkPoolSize(size);
    setPoolSize(environment(), size);
  },

  map,
  all,
};
