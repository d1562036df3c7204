import { setImmediate } from 'node:timers/promises';

import { NogilError } from '@nogil/abi';
import { NG_OPERATION_CALL } from '@nogil/abi/constants';

import { nogil, type Policy } from '../conversion/policy.js';
import { Conversion } from '../conversion/to-python.js';
import type { Environment } from '../environment.js';
import type { Crossing, Handle } from '../frame/crossing.js';
import { invoke } from '../invoke.js';
import { supportFunction, supportHandle } from '../support.js';
import type { PyAny, PySequence } from '../types.js';
import { send, type Step } from './generator.js';
import { Owned } from './owned.js';
import type { PythonObject } from './python-object.js';
import { capability } from './capability.js';
import { can } from './shape.js';

/*
 * The seam to asyncio: everything in JavaScript that waits for a Python awaitable comes through `drive`. Until an
 * event loop is driven from here, it steps coroutines itself: that is enough for those that only wait for each
 * other, and for `asyncio.sleep(0)`.
 */

function callSupport(environment: Environment, name: string, ...values: Crossing[]): Owned {
  return new Owned(environment, supportHandle(environment, name, ...values));
}

function needsLoop(): NogilError {
  return new NogilError(
    'UNSUPPORTED_VALUE',
    'this awaitable waits for an asyncio event loop, which nogil does not drive yet: run it in Python, ' +
      'asyncio.run(main()), and call that; what needs no loop can be awaited from JavaScript',
  );
}

/**
 * Steps an awaitable to its end. Between steps the event loop runs.
 *
 * @param awaitable - of any kind; kept until the end
 * @param policy - the rules by which its result crosses
 * @returns what it returns
 * @throws PythonError what it raises; NogilError `UNSUPPORTED_VALUE` where it waits for an event loop
 */
export async function drive(
  environment: Environment,
  awaitable: Handle,
  policy: Policy = nogil,
): Promise<unknown> {
  const iterator = callSupport(environment, 'await_iterator', awaitable);
  try {
    for (;;) {
      const step: Step = send(environment, iterator.handle, undefined, policy);
      if (step.done) return step.value;
      if (step.value !== policy.none) {
        const close = supportFunction(environment, 'close_awaited');
        invoke(environment, NG_OPERATION_CALL, close, [iterator.handle]);
        throw needsLoop();
      }
      await setImmediate();
    }
  } finally {
    iterator.release();
  }
}

/** The promise for an awaitable: the same one for a coroutine, which can be awaited only once. */
export function promiseOf(object: PythonObject): Promise<unknown> {
  if (object.awaited !== undefined) return object.awaited;
  const promise = drive(object.environment, object.reference(), object.policy);
  if (can(object, capability.coroutine)) object.awaited = promise;
  return promise;
}

/** The step that an `async_next` or `async_step` coroutine of protocols.py makes. */
async function stepOf(environment: Environment, coroutine: Owned, policy: Policy): Promise<Step> {
  try {
    const found = await drive(environment, coroutine.handle, policy);
    if (found === policy.none) return { done: true, value: undefined };
    // A tuple that was made for this, and is nobody else's.
    const tuple = found as PySequence<unknown>;
    const value = tuple[0];
    tuple.destroy();
    return { done: false, value };
  } finally {
    coroutine.release();
  }
}

/** `next(v)` or `throw(e)` of an asynchronous generator or iterator. */
export function asyncStep(
  environment: Environment,
  iterator: Handle,
  policy: Policy,
  action: '__anext__' | 'asend' | 'athrow',
  value?: unknown,
): Promise<Step> {
  const name = action === '__anext__' ? 'async_next' : 'async_step';
  const conversion = new Conversion(environment, policy);
  try {
    const more: readonly Crossing[] =
      action === '__anext__' ? [] : [action, conversion.ready(value)];
    return stepOf(environment, callSupport(environment, name, iterator, ...more), policy);
  } finally {
    conversion.done();
  }
}

/** Ends an asynchronous generator where it stands, so that its `finally` blocks run. */
export async function asyncReturn(
  environment: Environment,
  iterator: Handle,
  value?: unknown,
): Promise<Step> {
  const closing = callSupport(environment, 'close_async_generator', iterator);
  try {
    await drive(environment, closing.handle);
  } finally {
    closing.release();
  }
  return { done: true, value };
}

/**
 * Iterates over an asynchronous iterable.
 *
 * @param iterable - gives the object when the iteration begins, and keeps it until then
 */
export async function* iterateAsync(
  environment: Environment,
  iterable: () => Handle,
  policy: Policy,
): AsyncGenerator<PyAny, void, void> {
  const iterator = callSupport(environment, 'async_iterator', iterable());
  let ended = false;
  try {
    for (;;) {
      ended = true; // also when it raises
      const step = await asyncStep(environment, iterator.handle, policy, '__anext__');
      if (step.done) return;
      ended = false;
      yield step.value;
    }
  } finally {
    try {
      if (!ended) await asyncReturn(environment, iterator.handle);
    } finally {
      iterator.release();
    }
  }
}
