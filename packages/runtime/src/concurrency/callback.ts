import { NogilError } from '@nogil/abi';

import { isClassSyntax } from '../classes/parameters.js';
import { ByReference } from '../frame/crossing.js';
import { supportCall } from '../protocol/support-call.js';
import { cellOf } from '../proxy/handle-cell.js';
import type { PyProxy } from '../types.js';

/** How Python calls a JavaScript function. */
export interface CallbackOptions {
  /**
   * Whether the caller waits for the answer; `true` when left out. `false`: the call returns `None` at once, from any
   * thread, also from the function's own; the function runs later, from the event loop. The calls of one thread stay
   * in order. What the function throws is an `unraisable` event.
   */
  readonly wait?: boolean;
  /**
   * How long a thread waits for the answer, in milliseconds: 1 to 4 294 967 294. Without it, as long as the function
   * runs, once it has begun within `callbackTimeout` of `python.start`. Only for functions that are waited for, and
   * only on other threads than the function's own.
   */
  readonly timeout?: number;
  /**
   * How many calls that nobody waits for may stand in line: 1 to 1 000 000. One more raises `queue.Full` in Python:
   * the caller decides whether to drop it or to try again. Without it, there is no limit. Only with `wait: false`.
   */
  readonly queue?: number;
}

type Callee = (...values: never[]) => unknown;

const LONGEST_MS = 2 ** 32 - 2;
const LONGEST_QUEUE = 1_000_000;
const KNOWN: ReadonlySet<string> = new Set(['wait', 'timeout', 'queue']);

function refuse(message: string): never {
  throw new NogilError('INVALID_ARGUMENT', message);
}

function checkWhole(name: string, value: number | undefined, most: number, unit: string): void {
  if (value === undefined || (Number.isInteger(value) && value >= 1 && value <= most)) return;
  refuse(`${name} is ${String(value)}; it is ${unit}, a whole number from 1 to ${most}`);
}

function check(callee: unknown, options: CallbackOptions): void {
  if (typeof callee !== 'function' || cellOf(callee) !== undefined || isClassSyntax(callee)) {
    refuse('python.callback takes a JavaScript function that is no class and no Python object');
  }
  for (const name of Object.keys(options)) {
    if (!KNOWN.has(name)) refuse(`there is no option ${name}; there are ${[...KNOWN].join(', ')}`);
  }
  const { wait, timeout, queue } = options;
  if (wait !== undefined && typeof wait !== 'boolean') refuse('wait is a boolean');
  checkWhole('timeout', timeout, LONGEST_MS, 'milliseconds');
  checkWhole('queue', queue, LONGEST_QUEUE, 'a number of calls');
  if (wait === false && timeout !== undefined) {
    refuse('nobody waits with `wait: false`: leave out `timeout` or `wait`');
  }
  if (wait !== false && queue !== undefined) {
    refuse(
      'only calls that nobody waits for stand in line: add `wait: false` or leave out `queue`',
    );
  }
}

/** Tells Python first that it has left the queue: what it calls may call it again. */
function counted(callee: Callee): (...values: unknown[]) => unknown {
  return (begun, ...values) => {
    const told = begun as PyProxy & (() => void);
    told();
    told.destroy();
    return Reflect.apply(callee as (...given: unknown[]) => unknown, undefined, values);
  };
}

/**
 * A Python callable that calls a JavaScript function in another way than the function itself: without waiting, or
 * within a bound.
 *
 * @param callee - any function but a class. Without `wait: false` Python's keyword arguments come as one object behind
 *   the others; with it there are none
 * @param options - see {@link CallbackOptions}
 * @returns the callable, to be passed to Python. In Python, a call that is not begun in time raises
 *   `nogil.DeadlockError`; one that began and has not returned within `timeout` raises `TimeoutError`, runs on, and its
 *   answer is dropped; with `wait: false` it raises `queue.Full`, and `nogil.JavaScriptError` when the function's
 *   thread has ended
 * @throws NogilError `INVALID_ARGUMENT`, and as `python.start`
 * @remarks Any JS thread, which the function then belongs to.
 */
export function callback(callee: Callee, options: CallbackOptions = {}): PyProxy {
  check(callee, options);
  const { wait, timeout, queue } = options;
  if (wait !== false) {
    return supportCall('BoundedCallback', new ByReference(callee), timeout ?? 0) as PyProxy;
  }
  const posted = queue === undefined ? callee : counted(callee);
  return supportCall('PostedCallback', new ByReference(posted), queue ?? null) as PyProxy;
}

/**
 * Says how long Python's threads wait for this JS thread to begin with a call of theirs.
 *
 * @param timeout - milliseconds, from 1 to 4 294 967 294, or `Infinity`
 */
export function setPatience(timeout: number): void {
  if (timeout !== Infinity) checkWhole('callbackTimeout', timeout, LONGEST_MS, 'milliseconds');
  supportCall('_set_patience', timeout === Infinity ? 0 : timeout);
}
