import {
  NG_ANSWER_POLICY,
  NG_ANSWER_PROXIES,
  NG_OBJECT_KNOWN,
  NG_OPERATION_RENEW,
  NG_POLICY_FUNCTIONS,
} from '@nogil/abi/constants';

import type { Environment } from '../environment.js';
import { Handle } from '../frame/crossing.js';
import { operate } from '../frame/operate.js';

const RENEW = NG_OPERATION_RENEW + NG_ANSWER_PROXIES + NG_POLICY_FUNCTIONS * NG_ANSWER_POLICY;

/**
 * A Python function that proxies of methods are made of: one for each function, however many methods there are of it.
 * Its handle is no proxy's, which a program could destroy; it is released when no method needs it any more.
 */
export class MethodFunction {
  constructor(
    environment: Environment,
    readonly owned: number,
  ) {
    environment.releases.watch(this, owned);
    environment.functions.remember(this);
  }
}

/** @param flags - `NG_OBJECT_…` of the slot that the handle is from */
export function functionOf(
  environment: Environment,
  handle: number,
  flags: number,
): MethodFunction {
  if ((flags & NG_OBJECT_KNOWN) === 0) return new MethodFunction(environment, handle);
  const known = environment.functions.find(handle);
  if (known !== undefined) return known;
  // Collected, and its finalizer, which will release the handle, has not run.
  return operate(environment, RENEW, [new Handle(handle)], ({ arena }, frame) => {
    return new MethodFunction(environment, arena.number(arena.result(frame)));
  });
}
