import { awaitOnLoop } from '../concurrency/aio.js';
import { captureOrigin, type Origin } from '../concurrency/async-context.js';
import { Conversion } from '../conversion/to-python.js';
import type { Policy } from '../conversion/policy.js';
import type { Environment } from '../environment.js';
import type { Crossing, Handle } from '../frame/crossing.js';
import { supportHandle } from '../support.js';
import type { PyAny, PySequence } from '../types.js';
import type { Step } from './generator.js';
import { Owned } from './owned.js';
import type { PythonObject } from './python-object.js';
import { capability } from './capability.js';
import { can } from './shape.js';

function callSupport(environment: Environment, name: string, ...values: Crossing[]): Owned {
  return new Owned(environment, supportHandle(environment, name, ...values));
}

/** The promise for an awaitable: the same one for a coroutine, which can be awaited only once. */
export function promiseOf(object: PythonObject): Promise<unknown> {
  if (object.awaited !== undefined) return object.awaited;
  const awaitable = object.reference();
  const promise = awaitOnLoop(
    object.environment,
    awaitable,
    object.origin ?? captureOrigin(promiseOf),
  );
  if (can(object, capability.coroutine)) object.awaited = promise;
  return promise;
}

/**
 * Where an asynchronous iteration is: the contextvars that all its steps run in, and who asked for them.
 *
 * Python runs each step as a task of its own.
 */
interface Steps {
  readonly context?: Handle;
  readonly origin: Origin;
}

/** The step that an `async_next` or `async_step` coroutine of protocols.py makes. */
async function stepOf(
  environment: Environment,
  coroutine: Owned,
  { origin, context }: Steps,
): Promise<Step> {
  try {
    const found = await awaitOnLoop(environment, coroutine.handle, origin, {}, context);
    if (found === null) return { done: true, value: undefined };
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
  steps: Steps = { origin: captureOrigin(asyncStep) },
): Promise<Step> {
  const name = action === '__anext__' ? 'async_next' : 'async_step';
  const conversion = new Conversion(environment, policy);
  try {
    const more: readonly Crossing[] =
      action === '__anext__' ? [] : [action, conversion.ready(value)];
    return stepOf(environment, callSupport(environment, name, iterator, ...more), steps);
  } finally {
    conversion.done();
  }
}

/** Ends an asynchronous generator where it stands, so that its `finally` blocks run. */
export async function asyncReturn(
  environment: Environment,
  iterator: Handle,
  value?: unknown,
  { origin, context }: Steps = { origin: captureOrigin(asyncReturn) },
): Promise<Step> {
  const closing = callSupport(environment, 'close_async_generator', iterator);
  try {
    await awaitOnLoop(environment, closing.handle, origin, {}, context);
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
  let steps: Steps = { origin: captureOrigin(iterateAsync) };
  const iterator = callSupport(environment, 'async_iterator', iterable());
  let context: Owned | undefined;
  let ended = false;
  try {
    context = callSupport(environment, 'aio_context');
    steps = { ...steps, context: context.handle };
    for (;;) {
      ended = true; // also when it raises
      const step = await asyncStep(
        environment,
        iterator.handle,
        policy,
        '__anext__',
        undefined,
        steps,
      );
      if (step.done) return;
      ended = false;
      yield step.value;
    }
  } finally {
    try {
      if (!ended) await asyncReturn(environment, iterator.handle, undefined, steps);
    } finally {
      context?.release();
      iterator.release();
    }
  }
}
