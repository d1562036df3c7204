import { NogilError } from '@nogil/abi';
import { NG_STATUS_OK, NG_TAG_NONE, NG_TAG_OBJECT } from '@nogil/abi/constants';
import { handleTracking } from '@nogil/handles';

import type { Environment } from '../environment.js';
import { failure } from '../errors/failure.js';
import { type Crossing, writeCrossing } from './crossing.js';

const NOTHING: readonly never[] = [];
// Bound here: through the import it would be looked up for each operation.
const tracking = handleTracking;

/**
 * Carries out one operation on values that are ready to cross, so that nothing but the core runs
 * between claiming the frame and reading the answer.
 *
 * @param operation - an `NG_OPERATION_…`
 * @param positional - its arguments
 * @param read - takes the answer out of the frame, which is gone afterwards
 * @param names - names of keyword arguments
 * @param keywords - their values
 * @throws PythonError for an exception, NogilError for what cannot cross
 */
export function operate<Result>(
  environment: Environment,
  operation: number,
  positional: readonly Crossing[],
  read: (environment: Environment, frame: number) => Result,
  names: readonly string[] = NOTHING,
  keywords: readonly Crossing[] = NOTHING,
): Result {
  const { arena } = environment;
  const frame = arena.claim(positional.length + keywords.length + names.length);
  let written = 0;
  let staged = true;
  try {
    for (const value of positional) writeCrossing(arena, arena.argument(frame, written++), value);
    for (const value of keywords) writeCrossing(arena, arena.argument(frame, written++), value);
    for (const name of names) arena.writeText(arena.argument(frame, written++), name);
    staged = false; // from here on the core owns what was staged
    const status = arena.invoke(frame, operation, positional.length, keywords.length);
    if (status === NG_STATUS_OK) return read(environment, frame);
    throw failure(environment, frame, status, operate);
  } finally {
    if (staged) arena.dropArguments(frame, written - 1);
    arena.give(frame);
  }
}

/** Reads the answer as a number, which the caller knows it is. */
export function readNumber({ arena }: Environment, frame: number): number {
  return arena.number(arena.result(frame));
}

/**
 * Reads the answer as a handle, which the caller then owns. Where it may be anything, the operation comes with
 * `NG_ANSWER_HANDLE`: a number is no handle.
 */
export function readHandle({ arena }: Environment, frame: number): number {
  const slot = arena.result(frame);
  if (arena.tag(slot) !== NG_TAG_OBJECT) {
    throw new NogilError('INTERNAL', `the core answered with tag ${arena.tag(slot)}, not a handle`);
  }
  const handle = arena.number(slot);
  if (tracking.active) tracking.created(handle);
  return handle;
}

/** The same where the answer may be `None`, which is 0. */
export function readHandleOrNone(environment: Environment, frame: number): number {
  const { arena } = environment;
  return arena.tag(arena.result(frame)) === NG_TAG_NONE ? 0 : readHandle(environment, frame);
}

/** For an answer that is a scalar which nobody needs. */
export function readNothing(): void {
  // Nothing to release: it holds no handle and no block.
}
