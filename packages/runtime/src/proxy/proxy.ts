import { NG_OBJECT_CALLABLE } from '@nogil/abi/constants';
import { handleTracking } from '@nogil/handles';

import type { Policy } from '../conversion/policy.js';
import type { Environment } from '../environment.js';
import type { PyProxy } from '../types.js';
import { callableTarget, plainTarget } from './target.js';
import { ProxyTraps } from './traps.js';

// Bound here: through the import it would be looked up for each proxy.
const tracking = handleTracking;

/**
 * The JavaScript object that stands for a Python object.
 *
 * @param handle - its handle, which the proxy takes over
 * @param flags - `NG_OBJECT_…`
 * @param policy - the rules by which values cross through it
 */
export function makeProxy(
  environment: Environment,
  handle: number,
  flags: number,
  policy: Policy,
): PyProxy {
  const target = (flags & NG_OBJECT_CALLABLE) !== 0 ? callableTarget : plainTarget;
  const object = new ProxyTraps(environment, handle, policy);
  // The handler, which the proxy holds: so do its methods and iterators, which may outlive the proxy.
  environment.releases.watch(object, handle);
  if (tracking.active) tracking.created(handle);
  return new Proxy(target, object) as PyProxy;
}
