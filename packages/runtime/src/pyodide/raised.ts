import { NG_OPERATION_RAISE } from '@nogil/abi/constants';

import { AsJavaScript } from './crossed.js';
import { operateOn } from './calls.js';
import { aliveHandle, stateOf } from './state.js';

/** The error that JavaScript would catch if Python had raised this exception; anything else as it is. */
export function raisedFor(exception: unknown): unknown {
  const state = stateOf(exception);
  if (state === undefined) return exception;
  try {
    operateOn(NG_OPERATION_RAISE, aliveHandle(state), []);
  } catch (error) {
    return new AsJavaScript(error as object);
  }
  return exception;
}
