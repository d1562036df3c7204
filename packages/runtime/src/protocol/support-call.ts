import { NG_OPERATION_CALL } from '@nogil/abi/constants';

import { environment } from '../environment.js';
import { invoke } from '../invoke.js';
import { supportFunction } from '../support.js';

/** Calls one of the core's own Python functions with any values, on this thread. */
export function supportCall(name: string, ...values: readonly unknown[]): unknown {
  const here = environment();
  return invoke(here, NG_OPERATION_CALL, supportFunction(here, name), values);
}
