import { isNativeError } from 'node:util/types';

import { NG_OPERATION_CALL, NG_OPERATION_CALL_FOR_HANDLE, NG_TAG_TRUE } from '@nogil/abi/constants';

import { nogil } from '../conversion/policy.js';
import type { Environment } from '../environment.js';
import { type Crossing, Handle, Reference } from '../frame/crossing.js';
import { operate, readHandle, readNumber } from '../frame/operate.js';
import { objectsOf } from '../javascript/host.js';
import { shapeOf } from '../javascript/shape.js';
import { cellOf, type HandleCell } from '../proxy/handle-cell.js';
import { supportFunction } from '../support.js';
import { Exception } from './exception.js';
import { PythonError } from './python-error.js';
import { Thrown } from './thrown.js';
import { expectBack } from './travelling.js';

/**
 * Leaves the Python exception for what JavaScript threw in a frame's result: of a Python exception itself, else
 * one that carries the value.
 *
 * @throws `thrown` where that cannot be done, at the end of the stack for instance: the core then makes an
 *   exception of its text
 */
export function writeException(environment: Environment, frame: number, thrown: unknown): void {
  const { arena } = environment;
  try {
    const cell = cellOfThrown(thrown);
    if (cell !== undefined && isException(environment, cell)) {
      if (thrown instanceof PythonError && cell instanceof Exception) goesOn(thrown, cell);
      arena.writeHandle(arena.result(frame), cell.handle);
      return;
    }
    // Nothing of Python's below: it was called by a thread of Python's, which shows it where JavaScript
    // cannot be asked for the stack.
    const isForeign = arena.isFirst(frame);
    arena.writeHandle(arena.result(frame), exceptionFor(environment, thrown, isForeign), true);
  } catch {
    // Whatever came of it is worth less than what was thrown.
    throw thrown;
  }
}

/** Of anything, also of a revoked proxy. */
function cellOfThrown(thrown: unknown): HandleCell | undefined {
  if ((typeof thrown !== 'object' && typeof thrown !== 'function') || thrown === null) {
    return undefined;
  }
  try {
    const cell = cellOf(thrown);
    return cell === undefined || cell.handle === 0 ? undefined : cell;
  } catch {
    return undefined; // a proxy's trap threw: it is no object of Python's
  }
}

function isException(environment: Environment, cell: HandleCell): boolean {
  if (cell instanceof Exception) return true;
  const callable = supportFunction(environment, 'is_exception');
  const value = [callable, new Handle(cell.handle)];
  return operate(environment, NG_OPERATION_CALL, value, readBoolean);
}

function readBoolean({ arena }: Environment, frame: number): boolean {
  return arena.tag(arena.result(frame)) === NG_TAG_TRUE;
}

function goesOn(error: PythonError, exception: Exception): void {
  PythonError.entersPython(error, exception.ask('exception_depth', readNumber));
  expectBack(error, exception.identity);
}

/**
 * The exception that carries a value of JavaScript's.
 *
 * @param value - thrown, or an Error
 * @param withStack - whether the stack goes along, which is a text to be formatted; else it is asked for later
 * @returns a handle, the caller's
 */
export function exceptionFor(environment: Environment, value: unknown, withStack: boolean): number {
  const isObject = (typeof value === 'object' && value !== null) || typeof value === 'function';
  const isError = isObject && isErrorObject(value);
  const carrier = isObject ? value : new Thrown(value);
  const objects = objectsOf(environment);
  const entry = objects.pin(carrier, nogil, shapeOf);
  try {
    const positional: Crossing[] = [
      supportFunction(environment, 'js_exception'),
      new Reference(entry.number, entry.shape),
      isError,
      !isObject,
      isError ? propertyText(value, 'name') : 'thrown',
      isError ? propertyText(value, 'message') : shown(value),
      withStack && isError ? propertyText(value, 'stack') : null,
    ];
    return operate(environment, NG_OPERATION_CALL_FOR_HANDLE, positional, readHandle);
  } finally {
    objects.unpin(entry);
  }
}

/** Whether it is an Error, also one of another realm. Runs no trap that could throw. */
export function isErrorObject(value: object): boolean {
  if (isNativeError(value)) return true;
  try {
    return value instanceof Error;
  } catch {
    return false; // a revoked proxy, or one with a trap of its own
  }
}

/** A property as text; what it could not be read for where it could not be. */
function propertyText(value: object, name: string): string {
  try {
    return String((value as Record<string, unknown>)[name]);
  } catch {
    return `<${name} could not be read>`;
  }
}

function shown(value: unknown): string {
  try {
    return String(value);
  } catch {
    return `<a value of type ${typeof value} that has no text>`;
  }
}
