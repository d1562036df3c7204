import { NogilError } from '@nogil/abi';
import { NG_TYPE_CACHE_SHARED } from '@nogil/abi/constants';

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
  const realm = openRealm();
  const { core } = realm;
  const found = core.typeCacheFind(type, NG_TYPE_CACHE_SHARED);
  if (found !== 0) return found - OFFSET;
  const answer = core.typeCacheBegin(type, NG_TYPE_CACHE_SHARED);
  const value = valueOf(answer, 'the capability record of this type');
  if (value !== undefined) return value - OFFSET;
  return carryOut(realm, answer.token, () => {
    const made = stored(create(type));
    expectOk(core.typeCachePublish(answer.token, made));
    return made - OFFSET;
  });
}
