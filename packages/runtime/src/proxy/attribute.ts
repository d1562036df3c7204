import {
  NG_OBJECT_CALLABLE,
  NG_OBJECT_FUNCTION,
  NG_OBJECT_KNOWN,
  NG_OBJECT_REMEMBERED,
  NG_OPERATION_GET_ATTRIBUTE,
  NG_OPERATION_GET_METHOD,
  NG_STATUS_OK,
  NG_TAG_MISSING,
  NG_TAG_OBJECT,
} from '@nogil/abi/constants';
import { handleTracking } from '@nogil/handles';

import { nogil } from '../conversion/policy.js';
import { absent, readSlot } from '../conversion/to-js.js';
import { failure } from '../errors/failure.js';
import { functionOf } from './functions.js';
import type { PlainKey } from './plain-key.js';
import { makeMethod } from './proxy.js';
import type { PythonObject } from './python-object.js';

// Bound here: through the import it would be looked up for each attribute.
const tracking = handleTracking;

const KIND = NG_OBJECT_CALLABLE | NG_OBJECT_KNOWN | NG_OBJECT_REMEMBERED;

/**
 * Reads an attribute, in one native call that allocates nothing. A method is looked up now, and made when more is done
 * with it than calling it: `object.method(a)` makes none.
 *
 * @returns its value, or `absent`
 * @throws PythonError for an exception, NogilError for what cannot cross
 */
export function readAttribute(object: PythonObject, key: PlainKey): unknown {
  const { environment, policy } = object;
  const { arena } = environment;
  // What is made in a scope, or while handles are traced, has a handle of its own to be released or told of.
  const putOff =
    key.wasMethod && environment.scope === undefined && !tracking.active && policy === nogil;
  const operation = putOff ? NG_OPERATION_GET_METHOD : NG_OPERATION_GET_ATTRIBUTE;
  const handle = object.number();
  const frame = arena.claim(2);
  try {
    arena.writeHandle(arena.argument(frame, 0), handle);
    arena.writeHandle(arena.argument(frame, 1), key.name);
    const status = arena.invoke(frame, operation + policy.answers, 2, 0);
    if (status !== NG_STATUS_OK) throw failure(environment, frame, status, readAttribute);
    const slot = arena.result(frame);
    const tag = arena.tag(slot);
    if (tag === NG_TAG_OBJECT) {
      const flags = arena.length(slot);
      if (putOff && (flags & NG_OBJECT_FUNCTION) !== 0) {
        return makeMethod(object, functionOf(environment, arena.number(slot), flags));
      }
      // Callable and made for this answer: a method.
      key.wasMethod = (flags & KIND) === NG_OBJECT_CALLABLE;
    } else {
      key.wasMethod = false; // asking for a method raises what is missing, to drop it
      if (tag === NG_TAG_MISSING) return absent;
    }
    return readSlot(environment, slot, policy);
  } finally {
    arena.give(frame);
  }
}
