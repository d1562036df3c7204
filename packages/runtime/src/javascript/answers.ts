import { NG_JS_THROW, NG_JS_TO_PY, NG_OPERATION_RAISE } from '@nogil/abi/constants';

import { toPy } from '../conversion/explicit.js';
import type { Environment } from '../environment.js';
import { Handle } from '../frame/crossing.js';
import { operate, readHandle } from '../frame/operate.js';
import { cellOf } from '../proxy/handle-cell.js';
import type { JsEntry } from './objects.js';
import { operateOn } from './operations.js';
import { advance } from './iteration.js';

/** Does what Python asks of an object: also what asks Python in turn. */
export function answer(
  environment: Environment,
  entry: JsEntry,
  values: readonly unknown[],
): unknown {
  switch (values[0]) {
    case NG_JS_THROW:
      return advance(entry.value, 'throw', [errorFor(environment, values[1])]);
    case NG_JS_TO_PY:
      return toPy(environment, entry.value, { depth: values[1] as number }, entry.policy);
    default:
      return operateOn(entry, values);
  }
}

/** The error that JavaScript would catch if Python had raised this exception; anything else as it is. */
function errorFor(environment: Environment, exception: unknown): unknown {
  const isObject = typeof exception === 'object' && exception !== null;
  const cell = isObject ? cellOf(exception) : undefined;
  if (cell === undefined) return exception;
  try {
    operate(environment, NG_OPERATION_RAISE, [new Handle(cell.handle)], readHandle);
  } catch (error) {
    return error;
  }
  return exception;
}
