import { NogilError } from '@nogil/abi';

import { Keywords } from '../keywords.js';
import { cellOf, type HandleCell } from '../proxy/handle-cell.js';
import { destroyed } from '../conversion/unsupported.js';
import { Handle } from '../frame/crossing.js';

/** What bounds a call of a Python function. */
export interface CallBounds {
  /**
   * Ends the call when it is aborted: what runs is interrupted by `nogil.Interrupted`, which is a
   * `KeyboardInterrupt`, and the caller gets the signal's reason.
   */
  readonly signal?: AbortSignal;
  /** How long it may take, in milliseconds: 1 to 2 147 483 647. Then it is interrupted, as by the signal. */
  readonly timeout?: number;
}

/** Whether nothing ends a call but Python. */
export function isUnbounded({ signal, timeout }: CallBounds): boolean {
  return signal === undefined && timeout === undefined;
}

/** How a Python function is called. */
export interface CallOptions extends CallBounds {
  /** Keyword arguments. */
  readonly kwargs?: Readonly<Record<string, unknown>>;
}

/** The longest a timer of JavaScript's takes. */
const LONGEST_MS = 2 ** 31 - 1;

export function refuse(message: string): never {
  throw new NogilError('INVALID_ARGUMENT', message);
}

/** Checks that `options` is an object with none but these properties. */
export function checkNames(options: unknown, known: readonly string[]): void {
  if (typeof options !== 'object' || options === null) {
    refuse(`the options are an object, not ${options === null ? 'null' : typeof options}`);
  }
  for (const name of Object.keys(options)) {
    if (!known.includes(name)) refuse(`there is no option ${name}; there are ${known.join(', ')}`);
  }
}

export function checkSignal(signal: unknown): void {
  if (signal === undefined) return;
  if (typeof signal !== 'object' || signal === null || !('aborted' in signal)) {
    refuse('signal is an AbortSignal: new AbortController().signal');
  }
}

/** @throws NogilError `INVALID_ARGUMENT` */
export function checkBounds(options: CallBounds): void {
  const { timeout } = options;
  checkSignal(options.signal);
  if (timeout === undefined) return;
  if (typeof timeout !== 'number' || !(timeout >= 1 && timeout <= LONGEST_MS)) {
    refuse(`timeout is ${String(timeout)}; it is milliseconds, from 1 to ${LONGEST_MS}`);
  }
}

/** The keyword arguments of checked options. @throws NogilError `INVALID_ARGUMENT` */
export function checkCall(values: unknown, options: CallOptions): Keywords | undefined {
  if (!Array.isArray(values)) {
    refuse('the arguments are an array: python.call(fn, [1, 2])');
  }
  checkNames(options, ['kwargs', 'signal', 'timeout']);
  checkBounds(options);
  const { kwargs } = options;
  if (kwargs === undefined) return undefined;
  if (typeof kwargs !== 'object' || (kwargs as unknown) === null) {
    refuse(`kwargs is an object, { name: value }, not ${typeof kwargs}`);
  }
  return new Keywords(kwargs);
}

/**
 * The Python object that is to be called.
 *
 * @throws NogilError `INVALID_ARGUMENT`, `STALE_HANDLE`
 */
export function callable(fn: unknown): Handle {
  const isObject = (typeof fn === 'object' && fn !== null) || typeof fn === 'function';
  const cell = isObject ? cellOf(fn) : undefined;
  if (cell === undefined) {
    refuse(
      typeof fn === 'function'
        ? 'this is a JavaScript function, which runs on its own thread only: call it yourself, or in a Worker; ' +
            'what runs in parallel is a Python function'
        : `a Python function is called, not ${fn === null ? 'null' : typeof fn}`,
    );
  }
  return borrowed(cell);
}

/**
 * The object of a proxy, which Python may keep.
 *
 * @throws NogilError `STALE_HANDLE`
 */
export function borrowed(cell: HandleCell): Handle {
  if (cell.handle === 0) throw destroyed(cell.farewell);
  cell.lend?.();
  return new Handle(cell.handle);
}
