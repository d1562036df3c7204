import {
  NG_OBJECT_CALLABLE,
  NG_OBJECT_KNOWN,
  NG_OBJECT_REMEMBERED,
  NG_OPERATION_RENEW,
} from '@nogil/abi/constants';
import { handleTracking } from '@nogil/handles';

import type { Policy } from '../conversion/policy.js';
import { captureOrigin } from '../concurrency/async-context.js';
import type { Environment } from '../environment.js';
import { Handle } from '../frame/crossing.js';
import { operate } from '../frame/operate.js';
import type { PyProxy } from '../types.js';
import { Unawaited } from '../lifetime/unawaited.js';
import { instanceProxy } from '../classes/instance.js';
import { capability } from './capability.js';
import type { MethodFunction } from './functions.js';
import { callableTarget, plainTarget } from './target.js';
import { ProxyTraps } from './traps.js';
import type { PythonObject } from './python-object.js';

// Reached through here and not directly: traps.ts needs it whole, whichever module is loaded first.
export { PythonObject } from './python-object.js';

// Bound here: through the import it would be looked up for each proxy.
const tracking = handleTracking;

/**
 * A new JavaScript object that stands for a Python object.
 *
 * @param handle - its handle, which the proxy takes over
 * @param flags - `NG_OBJECT_…`; with REMEMBERED the core answers with this handle from now on, and so with
 *   this proxy
 * @param policy - the rules by which values cross through it
 */
export function makeProxy(
  environment: Environment,
  handle: number,
  flags: number,
  policy: Policy,
): PyProxy {
  const target = (flags & NG_OBJECT_CALLABLE) !== 0 ? callableTarget : plainTarget;
  const object = new ProxyTraps(environment, handle, flags, policy);
  // The handler, which the proxy holds: so do its methods and iterators, which may outlive the proxy.
  environment.releases.watch(object, handle);
  if (tracking.active) tracking.created(handle);
  const proxy = (instanceProxy(object) ?? new Proxy(target, object)) as PyProxy;
  object.proxy = proxy;
  // As an asynchronous function of JavaScript's would: it runs in the context it was called in, not where it is awaited.
  if ((flags & capability.coroutine) !== 0) {
    object.origin = captureOrigin(makeProxy);
    (environment.unawaited ??= new Unawaited(environment)).made(handle, object.origin.site);
  }
  if ((flags & NG_OBJECT_REMEMBERED) !== 0) environment.proxies.remember(object);
  // An instance of a JavaScript class has a guard, and state that a new proxy of its object would not have.
  if (object.guard === undefined) environment.scope?.add(object);
  return proxy;
}

/** A new JavaScript object that stands for a method of `self`, and has no handle until it needs one. */
export function makeMethod(self: PythonObject, method: MethodFunction): PyProxy {
  const object = new ProxyTraps(self.environment, 0, NG_OBJECT_CALLABLE, self.policy);
  object.putOff(method, self);
  const proxy = new Proxy(callableTarget, object) as PyProxy;
  object.proxy = proxy;
  return proxy;
}

/**
 * The JavaScript object that stands for the Python object of an OBJECT slot: the one there is, or a new one.
 *
 * @param handle - the slot's payload
 * @param flags - the slot's length
 * @param policy - the rules under which it crosses
 */
export function proxyOf(
  environment: Environment,
  handle: number,
  flags: number,
  policy: Policy,
): PyProxy {
  if ((flags & NG_OBJECT_KNOWN) === 0) return makeProxy(environment, handle, flags, policy);
  const known = environment.proxies.find(handle)?.proxy;
  if (known !== undefined) return known;
  // Collected, and its finalizer has not run: that will release the handle whatever becomes of the object, so
  // the new proxy needs one of its own.
  return operate(
    environment,
    NG_OPERATION_RENEW + policy.answers,
    [new Handle(handle)],
    ({ arena }, frame) => {
      const slot = arena.result(frame);
      return makeProxy(environment, arena.number(slot), arena.length(slot), policy);
    },
  );
}
