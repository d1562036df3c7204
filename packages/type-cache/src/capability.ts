import { NogilError } from '@nogil/abi';
import { NG_TYPE_CACHE_SHAPE, NG_TYPE_CACHE_SHARED } from '@nogil/abi/constants';

import { carryOut, expectOk, refusePromise, valueOf } from './creation.js';
import { openRealm } from './realm.js';

// The core takes 0 for "nothing there".
const OFFSET = 1;

function stored(value: number): number {
  refusePromise(value);
  if (!Number.isSafeInteger(value) || value < 0 || value === Number.MAX_SAFE_INTEGER) {
    throw new NogilError(
      'INVALID_ARGUMENT',
      `a capability record is a whole number from 0 to 2^53 - 2, not ${String(value)}`,
    );
  }
  return value + OFFSET;
}

function recordOf(
  type: number,
  scope: number,
  subject: string,
  create: (type: number) => number,
): number {
  const realm = openRealm();
  const { core } = realm;
  const found = core.typeCacheFind(type, scope);
  if (found !== 0) return found;
  const answer = core.typeCacheBegin(type, scope);
  const value = valueOf(answer, subject);
  if (value !== undefined) return value;
  return carryOut(realm, answer.token, () => {
    const made = create(type);
    expectOk(core.typeCachePublish(answer.token, made));
    return made;
  });
}

/**
 * A number that all threads share for a Python type, for what can be read off the type once and depends on no
 * realm: a set of flags, say. Found, or made by `create`, which runs once in the process while the type, its
 * bases and its metaclass stay as they are.
 *
 * @param type - a handle of a Python type, of this thread
 * @param create - computes the number: 0 to 2^53 - 2; synchronous
 * @returns the number
 * @throws NogilError as `classOf`. What `create` throws.
 * @remarks Any JS thread.
 */
export function capabilityOf(type: number, create: (type: number) => number): number {
  const make = (of: number): number => stored(create(of));
  return recordOf(type, NG_TYPE_CACHE_SHARED, 'the capability record of this type', make) - OFFSET;
}

/** Objects carry their types' shapes in the upper bits of a word. */
const SHAPES = 2 ** 24;

/**
 * As {@link capabilityOf}, but the record that the core sends along with each object of the type: nogil keeps there
 * what a proxy can do. Programs use {@link capabilityOf}.
 *
 * @param type - a handle of a Python type, of this thread
 * @param create - computes the shape: 1 to 2^24 - 1; synchronous
 * @returns the shape
 * @throws NogilError as `classOf`. What `create` throws.
 * @remarks Any JS thread.
 */
export function shapeOf(type: number, create: (type: number) => number): number {
  return recordOf(type, NG_TYPE_CACHE_SHAPE, 'the shape of this type', (of) => {
    const made = create(of);
    if (Number.isInteger(made) && made > 0 && made < SHAPES) return made;
    throw new NogilError(
      'INVALID_ARGUMENT',
      `a shape is a whole number from 1 to 2^24 - 1, not ${String(made)}`,
    );
  });
}
