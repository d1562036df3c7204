import { NogilError } from '@nogil/abi';
import {
  NG_OPERATION_CALL,
  NG_OPERATION_GET_ITEM,
  NG_OPERATION_RAISE,
  NG_STATUS_PYTHON_ERROR,
  NG_TAG_NONE,
} from '@nogil/abi/constants';

import { Conversion } from '../conversion/to-python.js';
import type { Environment } from '../environment.js';
import { type Crossing, Handle } from '../frame/crossing.js';
import { operate, readHandle, readNumber } from '../frame/operate.js';
import { Keywords } from '../keywords.js';
import { Exception } from './exception.js';
import { statusFailure } from './failure.js';
import { inheritedKind, kindOf } from './kinds.js';
import { PythonError, Raised } from './python-error.js';
import { captureSite, type Site } from './stack.js';

const NO_EFFECTS: ReadonlySet<number> = new Set();

/** The error for an exception that was raised; its frame can go afterwards. */
export function raisedError(exception: Exception, site: Site | undefined): Error {
  return errorFor(exception, site, NO_EFFECTS);
}

function errorFor(
  exception: Exception,
  site: Site | undefined,
  effects: ReadonlySet<number>,
): Error {
  const kind = kindOf(exception.environment, exception.reference(), exception.type);
  return new kind.constructorOf(new Raised(exception, kind, site, effects));
}

/** Takes over an exception that was not raised here. */
function exceptionOf(environment: Environment, handle: number): Exception {
  const { arena } = environment;
  const frame = arena.claim(1);
  try {
    arena.writeHandle(arena.argument(frame, 0), handle);
    const status = arena.invoke(frame, NG_OPERATION_RAISE, 1, 0);
    if (status !== NG_STATUS_PYTHON_ERROR) throw statusFailure(environment, frame, status);
    return new Exception(environment, frame);
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
  const handle = exception.ask('exception_cause', readHandleOrNone);
  if (handle === 0) return undefined;
  const cause = exceptionOf(environment, handle);
  const further = new Set(effects).add(exception.identity);
  if (further.has(cause.identity)) {
    cause.release();
    return undefined;
  }
  return errorFor(cause, undefined, further);
}

function readHandleOrNone(environment: Environment, frame: number): number {
  const { arena } = environment;
  return arena.tag(arena.result(frame)) === NG_TAG_NONE ? 0 : readHandle(environment, frame);
}

/** The errors for the members of an exception group. */
export function membersOf(exception: Exception): readonly unknown[] {
  const { environment } = exception;
  const members = exception.ask('exception_members', readHandle);
  try {
    const errors: unknown[] = [];
    const count = exception.ask('exception_count', readNumber);
    for (let i = 0; i < count; i++) {
      const item = [new Handle(members), i];
      const member = operate(environment, NG_OPERATION_GET_ITEM, item, readHandle);
      errors.push(errorFor(exceptionOf(environment, member), undefined, NO_EFFECTS));
    }
    return Object.freeze(errors);
  } finally {
    environment.releases.now([members]);
  }
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
    const keywords = last instanceof Keywords ? last : undefined;
    const positional: Crossing[] = [new Handle(kind.handle)];
    for (const value of keywords === undefined ? values : values.slice(0, -1)) {
      positional.push(conversion.ready(value));
    }
    const named = keywords?.values.map((value) => conversion.ready(value));
    const handle = operate(
      environment,
      NG_OPERATION_CALL,
      positional,
      readHandle,
      keywords?.names,
      named,
    );
    const exception = exceptionOf(environment, handle);
    // A class may make something else of its call, as OSError does: FileNotFoundError for an errno of 2.
    const made = kindOf(environment, exception.reference(), exception.type);
    return new Raised(exception, made, captureSite(target), NO_EFFECTS);
  } finally {
    conversion.done();
  }
}
