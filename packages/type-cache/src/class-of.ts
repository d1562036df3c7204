import { NogilError } from '@nogil/abi';
import { NG_TYPE_CACHE_OWN } from '@nogil/abi/constants';

import { carryOut, expectOk, refusePromise, valueOf } from './creation.js';
import { dropValues, numberFor, openRealm, type Realm } from './realm.js';

/** What a creator of {@link classOf} is given. */
export interface ClassCreation<Value extends object> {
  /** The type's handle, as it was passed. */
  readonly type: number;
  /**
   * What was made for the type before it, a base or its metaclass changed. Mending and returning it keeps
   * `instanceof` working; `undefined` for a new type.
   */
  readonly previous: Value | undefined;
  /**
   * Shows the half-built result to what the creator calls: a {@link classOf} of the same type, further
   * down, then answers it instead of failing. Other threads do not see it.
   *
   * @param value - what the creator will return
   */
  readonly offer: (value: Value) => void;
}

function at(realm: Realm, number: number): object {
  const value = realm.values[number];
  if (value !== undefined) return value;
  throw new NogilError(
    'INTERNAL',
    `the core named value ${number}, which this thread does not have; this is a defect in nogil, please report it`,
  );
}

function checked<Value>(value: Value, offered: Value | undefined): Value {
  refusePromise(value);
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null) {
    throw new NogilError(
      'INVALID_ARGUMENT',
      `a creator returned ${value === null ? 'null' : typeof value}; it returns a class or another object`,
    );
  }
  if (offered !== undefined && offered !== value) {
    throw new NogilError(
      'INVALID_ARGUMENT',
      'a creator returned something else than it had offered; whoever was shown the offer would keep ' +
        'another value than the cache: return what was offered',
    );
  }
  return value;
}

function make<Value extends object>(
  realm: Realm,
  type: number,
  answer: { readonly token: number; readonly value: number },
  create: (creation: ClassCreation<Value>) => Value,
): Value {
  const { core } = realm;
  const { token } = answer;
  const previous = answer.value === 0 ? undefined : (at(realm, answer.value) as Value);
  let offered: Value | undefined;
  let number = 0;
  const accept = (value: Value): number => {
    if (value === previous) return answer.value;
    if (number === 0) number = numberFor(realm, value);
    return number;
  };
  return carryOut(realm, token, () => {
    const value = checked(
      create({
        type,
        previous,
        offer: (half) => {
          offered = checked(half, offered);
          expectOk(core.typeCacheOffer(token, accept(half)));
        },
      }),
      offered,
    );
    expectOk(core.typeCachePublish(token, accept(value)));
    return value;
  });
}

/**
 * The JavaScript class, or whatever else stands for it on this thread, of a Python type: found, or made by
 * `create`, which runs once for each type and thread while nothing of it changes.
 *
 * Creators may call `classOf` and the other functions of this package for further types. What is made inside
 * an outermost call becomes visible together when that one returns; if a creator throws, what it made and
 * all that was made inside it is gone, and the error arrives here. Creators of all threads run one at a
 * time; a thread that waits for its turn keeps serving Python's calls.
 *
 * The entry is out of date once the type, one of its bases or its metaclass is changed, and goes when the
 * type dies or this thread ends.
 *
 * @param type - a handle of a Python type, of this thread
 * @param create - makes the class; synchronous
 * @returns what `create` returned, now or earlier
 * @throws NogilError `NOT_A_TYPE`, `STALE_HANDLE`, `FOREIGN_HANDLE`, `PYTHON_SHUT_DOWN`,
 *   `PYTHON_NOT_STARTED`; `CREATION_IN_PROGRESS` when a creator asks for its own type before offering;
 *   `DEADLOCK` when the creator that runs now waits for the function that calls this;
 *   `INVALID_ARGUMENT` for a promise or a result that is no object. What `create` throws.
 * @remarks Any JS thread.
 */
export function classOf<Value extends object>(
  type: number,
  create: (creation: ClassCreation<Value>) => Value,
): Value {
  const realm = openRealm();
  const found = realm.core.typeCacheFind(type, NG_TYPE_CACHE_OWN);
  // What kind of value a type has is between the caller and itself.
  if (found !== 0) return at(realm, found) as Value;
  dropValues(realm);
  const answer = realm.core.typeCacheBegin(type, NG_TYPE_CACHE_OWN);
  const number = valueOf(answer, 'the class of this type');
  return number === undefined ? make(realm, type, answer, create) : (at(realm, number) as Value);
}

/**
 * What {@link classOf} would find without creating anything: `undefined` when nothing was made on this thread, or
 * the type changed since. Takes no lock.
 *
 * @param type - a handle of a Python type, of this thread
 * @throws NogilError `PYTHON_NOT_STARTED`, `PYTHON_SHUT_DOWN`
 * @remarks Any JS thread. May miss an entry in the moment it is moved.
 */
export function findClass(type: number): object | undefined {
  const realm = openRealm();
  const found = realm.core.typeCacheFind(type, NG_TYPE_CACHE_OWN);
  return found === 0 ? undefined : at(realm, found);
}
