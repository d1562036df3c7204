import {
  NG_ANSWER_HANDLE,
  NG_OPERATION_CALL,
  NG_OPERATION_ITERATE,
  NG_OPERATION_NEXT,
} from '@nogil/abi/constants';

import { nogil, type Policy } from '../conversion/policy.js';
import { absent } from '../conversion/to-js.js';
import type { Environment } from '../environment.js';
import type { Crossing } from '../frame/crossing.js';
import { operateOnHandle } from '../frame/direct.js';
import { operate, readHandle } from '../frame/operate.js';
import { invoke } from '../invoke.js';
import { supportFunction } from '../support.js';
import type { PyAny } from '../types.js';
import { Owned } from './owned.js';

/**
 * Iterates over a Python object.
 *
 * @param iterable - gives the object when the iteration begins, and keeps it until then
 * @param policy - the rules by which items cross
 * @throws PythonError what the iterator raises; a `TypeError` when it is not iterable
 */
export function* iterate(
  environment: Environment,
  iterable: () => Crossing,
  policy: Policy = nogil,
): Generator<PyAny, void, void> {
  // Not a proxy: an object that is its own iterator may have one, which is the user's.
  const number = operate(
    environment,
    NG_OPERATION_ITERATE + NG_ANSWER_HANDLE,
    [iterable()],
    readHandle,
  );
  const iterator = new Owned(environment, number);
  const next = NG_OPERATION_NEXT + policy.answers;
  let ended = false;
  try {
    for (;;) {
      ended = true; // also when it raises
      const value = operateOnHandle(environment, next, number, policy);
      if (value === absent) return;
      ended = false;
      yield value;
    }
  } finally {
    try {
      // Abandoned half-way: a generator's `finally` blocks run now, not when something collects it.
      if (!ended) {
        const close = supportFunction(environment, 'close_generator');
        invoke(environment, NG_OPERATION_CALL, close, [iterator.handle]);
      }
    } finally {
      iterator.release();
    }
  }
}
