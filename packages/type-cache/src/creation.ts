import { type CoreTypeCacheAnswer, NogilError, statusError } from '@nogil/abi';
import { NG_STATUS_OK, NG_TYPE_CACHE_CREATE, NG_TYPE_CACHE_PENDING } from '@nogil/abi/constants';

import { type Realm, takeBack } from './realm.js';

function nothingOffered(subject: string): NogilError {
  return new NogilError(
    'CREATION_IN_PROGRESS',
    `${subject} is asked for by its own creator, which has not offered anything yet: call ` +
      'creation.offer(…) with the half-built result before going deeper',
  );
}

/** Throws for a status other than OK. */
export function expectOk(status: number, message?: string): void {
  if (status !== NG_STATUS_OK) throw statusError(status, message);
}

/**
 * The answer's value when there is one; `undefined` when it is the caller's to create.
 *
 * @param subject - what was asked for, for the error
 */
export function valueOf(answer: CoreTypeCacheAnswer, subject: string): number | undefined {
  expectOk(answer.status, answer.message);
  if (answer.outcome === NG_TYPE_CACHE_CREATE) return undefined;
  if (answer.outcome === NG_TYPE_CACHE_PENDING && answer.value === 0) throw nothingOffered(subject);
  return answer.value;
}

/**
 * Runs a creation's steps. Whatever throws undoes it, and all that was begun in it.
 *
 * @param token - of the creation
 * @param steps - ends with publishing
 */
export function carryOut<Result>(realm: Realm, token: number, steps: () => Result): Result {
  const before = realm.unpublished.length;
  realm.depth += 1;
  try {
    const result = steps();
    if (realm.depth === 1) realm.unpublished.length = 0;
    return result;
  } catch (error) {
    // Not OK when publishing itself failed and has undone everything; the error says more.
    realm.core.typeCacheAbandon(token);
    takeBack(realm, before);
    throw error;
  } finally {
    realm.depth -= 1;
  }
}

/** Refuses what a creator must not return. */
export function refusePromise(value: unknown): void {
  if (value instanceof Promise) {
    throw new NogilError(
      'INVALID_ARGUMENT',
      'a creator returned a promise; creators are synchronous, as all other creations wait for ' +
        'them: prepare what is asynchronous before',
    );
  }
}
