import { NG_OPERATION_CALL, NG_OPERATION_ITERATE, NG_OPERATION_NEXT } from '@nogil/abi/constants';

import type { Crossing } from '../frame/crossing.js';
import { Handle } from '../frame/crossing.js';
import type { Environment } from '../environment.js';
import { cellOf } from './handle-cell.js';
import { invoke } from '../invoke.js';
import { supportFunction } from '../support.js';
import type { PyAny, PyProxy } from '../types.js';

/**
 * Iterates over a Python object.
 *
 * @param iterable - gives the object when the iteration begins, and keeps it until then
 * @throws PythonError what the iterator raises; a `TypeError` when it is not iterable
 */
export function* iterate(
  environment: Environment,
  iterable: () => Crossing,
): Generator<PyAny, void, void> {
  const iterator = invoke(environment, NG_OPERATION_ITERATE, iterable(), []) as PyProxy;
  const handle = new Handle(cellOf(iterator)?.handle ?? 0);
  let ended = false;
  try {
    for (;;) {
      ended = true; // also when it raises
      const value = invoke(environment, NG_OPERATION_NEXT, handle, []);
      if (value === undefined) return;
      ended = false;
      yield value;
    }
  } finally {
    // Abandoned half-way: a generator's `finally` blocks run now, not when something collects it.
    if (!ended) {
      const close = supportFunction(environment, 'close_generator');
      invoke(environment, NG_OPERATION_CALL, close, [iterator]);
    }
    iterator.destroy();
  }
}
