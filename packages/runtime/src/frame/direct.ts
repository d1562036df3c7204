import { NG_STATUS_OK } from '@nogil/abi/constants';

import type { Policy } from '../conversion/policy.js';
import { readPresent, readSlot } from '../conversion/to-js.js';
import type { Environment } from '../environment.js';
import { failure } from '../errors/failure.js';
import { isScalar } from './crossing.js';

/** The answer of {@link operateDirectly} where an argument has to be converted first; nothing has happened. */
export const indirect = Symbol('indirect');

function crossesAsItIs(value: unknown, policy: Policy): boolean {
  return isScalar(value) || (value === null && !policy.hasNull);
}

/**
 * Carries out an operation on immutable scalars, which is what programs do most: as `invoke`, without what that makes
 * on its way, an array of arguments and an object for each handle.
 *
 * @param operation - an `NG_OPERATION_…` with its `NG_ANSWER_…`
 * @param target - the handle that is its first argument
 * @param second - the handle that is its second argument; 0: the values begin there
 * @param values - as the user gave them
 * @returns the answer, or `indirect`
 * @throws PythonError for an exception, NogilError for what cannot cross
 */
export function operateDirectly(
  environment: Environment,
  operation: number,
  target: number,
  second: number,
  values: readonly unknown[],
  policy: Policy,
): unknown {
  const count = values.length;
  for (let i = 0; i < count; i++) if (!crossesAsItIs(values[i], policy)) return indirect;
  const { arena } = environment;
  const before = second === 0 ? 1 : 2;
  const frame = arena.claim(before + count);
  let written = 0;
  let staged = true;
  try {
    arena.writeHandle(arena.argument(frame, written++), target);
    if (second !== 0) arena.writeHandle(arena.argument(frame, written++), second);
    for (let i = 0; i < count; i++) {
      const value = values[i];
      const slot = arena.argument(frame, written++);
      if (typeof value === 'number') arena.writeNumber(slot, value);
      else if (typeof value === 'string') arena.writeText(slot, value);
      else if (typeof value === 'boolean') arena.writeBoolean(slot, value);
      else if (typeof value === 'bigint') arena.writeBigInt(slot, value);
      else arena.writeNone(slot);
    }
    staged = false; // from here on the core owns what was staged
    const status = arena.invoke(frame, operation, written, 0);
    if (status === NG_STATUS_OK) return readSlot(environment, arena.result(frame), policy);
    throw failure(environment, frame, status, operateDirectly);
  } finally {
    if (staged) arena.dropArguments(frame, written - 1);
    arena.give(frame);
  }
}

/**
 * Carries out an operation on one handle and nothing else, as {@link operateDirectly} does.
 *
 * @param operation - an `NG_OPERATION_…` with its `NG_ANSWER_…`
 * @returns the answer, or `absent`
 * @throws PythonError for an exception, NogilError for what cannot cross
 */
export function operateOnHandle(
  environment: Environment,
  operation: number,
  handle: number,
  policy: Policy,
): unknown {
  const { arena } = environment;
  const frame = arena.claim(1);
  try {
    arena.writeHandle(arena.argument(frame, 0), handle);
    const status = arena.invoke(frame, operation, 1, 0);
    if (status !== NG_STATUS_OK) throw failure(environment, frame, status, operateOnHandle);
    return readPresent(environment, frame, policy);
  } finally {
    arena.give(frame);
  }
}
