import { NogilError } from '@nogil/abi';
import {
  NG_OPERATION_CALL_FOR_HANDLE,
  NG_OPERATION_RAISE,
  NG_RAISED_IS_JAVASCRIPT,
  NG_STATUS_PYTHON_ERROR,
  NG_TAG_MISSING,
} from '@nogil/abi/constants';

import { Conversion } from '../conversion/to-python.js';
import { channels } from '../diagnostics/channels.js';
import type { Environment } from '../environment.js';
import { type Crossing, Handle } from '../frame/crossing.js';
import { operate, readHandle, readNumber } from '../frame/operate.js';
import { objectsOf } from '../javascript/host.js';
import { Keywords } from '../keywords.js';
import { supportHandle } from '../support.js';
import { Exception } from './exception.js';
import { statusFailure } from './failure.js';
import { inheritedKind, kindOf } from './kinds.js';
import { PythonError, Raised } from './python-error.js';
import { Thrown } from './thrown.js';
import { cameBack } from './travelling.js';
import { captureSite, type Site } from './stack.js';

export const NO_EFFECTS: ReadonlySet<number> = new Set();

/**
 * Takes over what an operation raised from its frame, and gives that back: what is asked about an exception needs
 * one of its own, and the arguments in this one may fill the arena.
 *
 * @returns a Python exception that is new here; or what it is here already: what JavaScript threw, an error that
 *   went into Python
 */
export function takeRaised(
  environment: Environment,
  frame: number,
): Exception | { readonly value: unknown } {
  const { arena, releases } = environment;
  const result = arena.result(frame);
  const handle = arena.number(result);
  if ((arena.length(result) & NG_RAISED_IS_JAVASCRIPT) !== 0) {
    const { value } = objectsOf(environment).at(arena.number(arena.argument(frame, 0)));
    arena.give(frame);
    releases.now([handle]);
    return { value: Thrown.valueOf(value) };
  }
  const known = cameBack(arena.number(arena.argument(frame, 1)));
  if (known === undefined) {
    const exception = new Exception(environment, frame);
    arena.give(frame);
    return exception;
  }
  const message = arena.argument(frame, 2);
  if (arena.tag(message) !== NG_TAG_MISSING) arena.text(message); // it may be in a block
  arena.give(frame);
  releases.now([handle]);
  return { value: known };
}

/**
 * The error for a Python exception.
 *
 * @param site - where in JavaScript it was raised; nothing where it was not
 * @param effects - the exceptions that this one is a cause of: where a chain of them closes, it is cut
 */
export function errorFor(
  exception: Exception,
  site: Site | undefined,
  effects: ReadonlySet<number>,
): PythonError {
  const kind = kindOf(exception.environment, exception.reference(), exception.type);
  const error = new kind.constructorOf(new Raised(exception, kind, site, effects));
  // What the locks of the core throw for a deadlock has this code, too: one test finds both.
  if (error.type === 'nogil.DeadlockError') {
    Object.assign(error, { code: 'DEADLOCK' });
    channels.deadlock.publish({ error });
  }
  return error;
}

/**
 * The error for an exception that no call of JavaScript's raised; what JavaScript threw is that.
 *
 * @param handle - the exception's, which is taken over
 * @param site - where in JavaScript what raised it was begun
 */
export function errorOf(environment: Environment, handle: number, site?: Site): unknown {
  const one = exceptionOf(environment, handle);
  return one instanceof Exception ? errorFor(one, site, NO_EFFECTS) : one.value;
}

/** Takes over an exception that was not raised here. */
function exceptionOf(
  environment: Environment,
  handle: number,
): Exception | { readonly value: unknown } {
  const { arena } = environment;
  const frame = arena.claim(1);
  try {
    arena.writeHandle(arena.argument(frame, 0), handle);
    const status = arena.invoke(frame, NG_OPERATION_RAISE, 1, 0);
    if (status !== NG_STATUS_PYTHON_ERROR) throw statusFailure(environment, frame, status);
    return takeRaised(environment, frame);
  } finally {
    arena.give(frame);
    environment.releases.now([handle]);
  }
}

/**
 * The error for the cause of an exception; `undefined` where the chain closes; where it could not be had, the
 * reason. Never throws.
 */
export function causeOf(exception: Exception, effects: ReadonlySet<number>): unknown {
  try {
    return findCause(exception, effects);
  } catch (error) {
    return error;
  }
}

function findCause(exception: Exception, effects: ReadonlySet<number>): unknown {
  const { environment } = exception;
  const cause = exceptionOf(environment, askHandle(exception, 'exception_cause'));
  if (!(cause instanceof Exception)) return cause.value;
  const further = new Set(effects).add(exception.identity);
  // Itself, where it has none.
  if (further.has(cause.identity)) {
    cause.release();
    return undefined;
  }
  return errorFor(cause, undefined, further);
}

/** The errors for the members of an exception group. */
export function membersOf(exception: Exception): readonly unknown[] {
  const { environment } = exception;
  const errors: unknown[] = [];
  const count = exception.ask('exception_count', readNumber);
  for (let i = 0; i < count; i++) {
    const one = exceptionOf(environment, askHandle(exception, 'exception_member', i));
    errors.push(one instanceof Exception ? errorFor(one, undefined, NO_EFFECTS) : one.value);
  }
  return Object.freeze(errors);
}

function askHandle(exception: Exception, name: string, ...values: readonly Crossing[]): number {
  return supportHandle(exception.environment, name, exception.reference(), ...values);
}

/**
 * A new exception, for `new` of an error class.
 *
 * @param target - the class, or one derived from it in JavaScript
 * @param values - what the Python class is called with; the last may be `kw(…)`
 */
export function construct(target: typeof PythonError, values: readonly unknown[]): Raised {
  const kind = inheritedKind(target);
  if (kind === undefined) {
    throw new NogilError(
      'INVALID_ARGUMENT',
      'PythonError stands for no Python type; make one that does: new python.errors.RuntimeError(message)',
    );
  }
  const { environment } = kind;
  const conversion = new Conversion(environment);
  try {
    const last = values[values.length - 1];
    const keywords = Keywords.is(last) ? last : undefined;
    const positional: Crossing[] = [new Handle(kind.handle)];
    for (const value of keywords === undefined ? values : values.slice(0, -1)) {
      positional.push(conversion.ready(value));
    }
    const named = keywords?.values.map((value) => conversion.ready(value));
    const handle = operate(
      environment,
      NG_OPERATION_CALL_FOR_HANDLE,
      positional,
      readHandle,
      keywords?.names,
      named,
    );
    const exception = exceptionOf(environment, handle);
    if (!(exception instanceof Exception)) {
      throw new NogilError(
        'INVALID_ARGUMENT',
        `${kind.type} made an exception that is in use already`,
      );
    }
    // A class may make something else of its call, as OSError does: FileNotFoundError for an errno of 2.
    const made = kindOf(environment, exception.reference(), exception.type);
    return new Raised(exception, made, captureSite(target), NO_EFFECTS);
  } finally {
    conversion.done();
  }
}
