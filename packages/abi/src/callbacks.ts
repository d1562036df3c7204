import type { Core } from './core.js';
import { NogilError } from './error.js';
import { NG_STATUS_OK } from './generated/constants.js';
import { openCore } from './objects.js';
import { statusError } from './status-error.js';
import { checkedName } from './text.js';

/**
 * A JavaScript function as Python calls it.
 *
 * @param names - of the keyword arguments; their values are the last handles
 * @param handles - the arguments. They belong to the function: it releases each, keeps it or returns it
 * @returns a handle, which is taken over; null and undefined are Python's `None`
 */
export type RawFunction = (
  names: readonly string[],
  ...handles: readonly number[]
) => number | null | undefined;

/** What Python shows of a function. */
export interface FunctionSignature {
  /** Its `__name__`. */
  readonly name: string;
  /**
   * As between the parentheses of a `def`, for `help()` and `inspect`; calls are not checked by it.
   * Unknown by default.
   */
  readonly parameters?: string;
}

const NO_NAMES: readonly string[] = Object.freeze([]);

/** This realm's functions that Python refers to, by the number it knows them by. */
const functions = new Map<number, RawFunction>();
let lastNumber = 0;

function call(
  number: number,
  names: readonly string[] | undefined,
  ...handles: number[]
): number | null | undefined {
  const target = functions.get(number);
  // Python drops a function only when nothing can call it any more.
  if (target === undefined) throw new NogilError('INTERNAL', `function ${number} was dropped`);
  return target(names ?? NO_NAMES, ...handles);
}

function drop(number: number): void {
  functions.delete(number);
}

let hosted: Core | undefined;

/** The core of this thread, which knows how to call its functions. */
function host(): Core {
  const core = openCore();
  if (hosted === undefined) {
    core.setFunctionHost(call, drop);
    hosted = core;
  }
  return core;
}

/**
 * Numbers a function for the duration of `make`, which hands the number to Python, and for as long as
 * Python refers to it afterwards.
 *
 * @param target - what Python will call, on this thread
 * @param make - passes the number on; when it throws, the number is forgotten
 */
export function withFunction<Result>(
  target: RawFunction,
  make: (core: Core, number: number) => Result,
): Result {
  const core = host();
  lastNumber += 1;
  const number = lastNumber;
  functions.set(number, target);
  try {
    return make(core, number);
  } catch (error) {
    functions.delete(number);
    throw error;
  }
}

/**
 * Makes a Python callable of a JavaScript function. Python may call it on any thread: on others than this
 * one it waits, detached, until this thread's event loop, or a wait of the core's, gets to it. The event
 * loop is not kept alive for that. What the function throws is raised as `JavaScriptError`, a
 * `RuntimeError` with the JavaScript stack in its attribute `stack`.
 *
 * @param target - the function; it is kept until Python drops the callable
 * @param signature - what Python shows of it
 * @returns a handle of the callable, for the caller to release
 * @throws NogilError `INVALID_ARGUMENT` for what is no function and for text with NUL or lone surrogates,
 *   `PYTHON_RAISED` for parameters that are not Python, and as {@link openCore}
 * @remarks Any JS thread.
 */
export function createFunction(target: RawFunction, signature: FunctionSignature): number {
  if (typeof target !== 'function') {
    throw new NogilError(
      'INVALID_ARGUMENT',
      `createFunction() needs a function, not ${typeof target}`,
    );
  }
  checkedName('the name of a function', signature.name);
  if (signature.parameters !== undefined) {
    checkedName('the parameters of a function', signature.parameters);
  }
  return withFunction(target, (core, number) => {
    const { status, message, value } = core.emitFunction(
      number,
      signature.name,
      signature.parameters,
    );
    if (status !== NG_STATUS_OK) throw statusError(status, message);
    return value;
  });
}

/** How many functions of this realm Python refers to. */
export function countFunctions(): number {
  return functions.size;
}
