import { NogilError } from '@nogil/abi';

import { carryOut, expectOk, refusePromise, valueOf } from './creation.js';
import { classNumber, dropValues, openRealm, type Realm } from './realm.js';

/** A JavaScript class: what `class` makes, or a constructor function. */
export type JsClass = abstract new (...parameters: never[]) => object;

/** What a creator of {@link typeOf} is given. */
export interface TypeCreation {
  /** The class, as it was passed. */
  readonly jsClass: JsClass;
  /**
   * Shows the half-built type to what the creator calls: a {@link typeOf} of the same class, further
   * down, then answers a handle of it instead of failing.
   *
   * @param type - a handle of a Python type; stays the creator's
   */
  readonly offer: (type: number) => void;
}

function make(
  realm: Realm,
  jsClass: JsClass,
  token: number,
  create: (creation: TypeCreation) => number,
): number {
  const { core } = realm;
  return carryOut(realm, token, () => {
    const type = create({
      jsClass,
      offer: (half) => {
        expectOk(core.typeCacheOfferType(token, half));
      },
    });
    refusePromise(type);
    expectOk(core.typeCachePublishType(token, type));
    return type;
  });
}

/**
 * The Python type that stands for a JavaScript class: found, or made by `create`, which runs once for each
 * class. The cache keeps the type until the class is collected or this thread ends.
 *
 * Creators nest, fail and wait as those of `classOf` do.
 *
 * @param jsClass - a class of this thread
 * @param create - makes the type and returns a handle of it, which becomes the result; synchronous
 * @returns a handle of the type; each call gives one, which the caller releases
 * @throws NogilError `NOT_A_TYPE`, `STALE_HANDLE`, `FOREIGN_HANDLE`, `PYTHON_SHUT_DOWN`,
 *   `PYTHON_NOT_STARTED`, `CREATION_IN_PROGRESS`, `DEADLOCK`, `INVALID_ARGUMENT`. What `create` throws.
 * @remarks Any JS thread.
 */
export function typeOf(jsClass: JsClass, create: (creation: TypeCreation) => number): number {
  if (typeof jsClass !== 'function') {
    throw new NogilError('INVALID_ARGUMENT', `typeOf needs a class, not ${typeof jsClass}`);
  }
  const realm = openRealm();
  dropValues(realm);
  const answer = realm.core.typeCacheBeginClass(classNumber(realm, jsClass));
  const found = valueOf(answer, `the type of class ${jsClass.name}`);
  return found ?? make(realm, jsClass, answer.token, create);
}
