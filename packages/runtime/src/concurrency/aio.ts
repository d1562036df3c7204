import { Conversion } from '../conversion/to-python.js';
import { environment as thisEnvironment, type Environment } from '../environment.js';
import { ByReference, type Handle } from '../frame/crossing.js';
import { supportCall } from '../protocol/support-call.js';
import { cellOf } from '../proxy/handle-cell.js';
import { Owned } from '../proxy/owned.js';
import { supportHandle } from '../support.js';
import type { PyAny, PyProxy } from '../types.js';
import { captureOrigin, type Origin } from './async-context.js';
import { type Means, waitBounded } from './bounded.js';
import { rejected } from './call.js';
import { openCompletion } from './completion.js';
import { borrowed, type CallBounds, checkBounds, checkNames, refuse } from './options.js';

const MEANS: Means = { interrupt: 'aio_cancel', place: 'aio_place' };

/**
 * Runs an awaitable on the event loop of Python's (native/src/python/aio.py).
 *
 * @param awaitable - of any kind; kept until the end
 * @param origin - where in JavaScript it was begun
 * @param bounds - in checked form
 * @param context - the contextvars it runs in, of `aio_context`; a copy of this thread's without it
 * @returns what it returns, as a call would have; rejected with what it raises, and as the bounds say
 */
export function awaitOnLoop(
  environment: Environment,
  awaitable: Handle,
  { site, enter }: Origin,
  bounds: CallBounds = {},
  context?: Handle,
): Promise<unknown> {
  const { signal } = bounds;
  if (signal?.aborted === true) return rejected(signal.reason);
  const completion = openCompletion(environment, site);
  const conversion = new Conversion(environment);
  let task: Owned;
  try {
    const entered = conversion.ready(new ByReference(enter));
    const { handle } = completion.handle;
    task = new Owned(
      environment,
      supportHandle(environment, 'aio_submit', handle, awaitable, entered, context),
    );
    environment.unawaited?.awaited(awaitable.number);
  } catch (error) {
    completion.abandon(error);
    return completion.promise;
  } finally {
    conversion.done();
    completion.handle.releaseLater();
  }
  return waitBounded(environment, completion, task, MEANS, bounds, site);
}

/**
 * Awaits a coroutine, a future or any other awaitable of Python's, within bounds. Without them it is what `await` is.
 *
 * @param awaitable - of Python's
 * @param options - `signal`: cancels the task; the promise is rejected with the signal's reason at once. `timeout`, in
 *   milliseconds: cancels it, too; the promise is rejected when it has ended, or 0.3 seconds later
 * @returns what it returns, as a call would have
 * @throws (rejects with) PythonError what it raises; NogilError `TIMED_OUT`, `INVALID_ARGUMENT`; the signal's reason
 * @remarks The object's own JS thread. The task runs on the thread of Python's event loop.
 */
function run(awaitable: PyProxy, options: CallBounds = {}): Promise<PyAny> {
  try {
    checkNames(options, ['signal', 'timeout']);
    checkBounds(options);
    const given: unknown = awaitable;
    const isObject = (typeof given === 'object' && given !== null) || typeof given === 'function';
    const cell = isObject ? cellOf(given) : undefined;
    if (cell === undefined) {
      refuse(
        'python.asyncio.run takes a Python awaitable: call the asynchronous function first, run(f())',
      );
    }
    return awaitOnLoop(
      thisEnvironment(),
      borrowed(cell),
      captureOrigin(run),
      options,
    ) as Promise<PyAny>;
  } catch (error) {
    return rejected(error);
  }
}

/**
 * Has the event loop made by another factory than `asyncio.new_event_loop`, and starts it:
 * `python.asyncio.useLoopFactory(python.import('uvloop').new_event_loop)`.
 *
 * @param factory - called without arguments, here and now, as the `loop_factory` of Python's `asyncio.Runner`. It
 *   returns a new `asyncio.AbstractEventLoop`. Where it has set an exception handler on it, that stays, in place of
 *   the one that makes `unraisable` events
 * @throws NogilError `INVALID_ARGUMENT` for what cannot be called; PythonError `RuntimeError` when the loop runs already
 *   (something was awaited, or `loop` was read), or Python ends; `TypeError` and `ValueError` for what is no new event
 *   loop; and what the factory raises. Then nothing has changed
 * @remarks Any JS thread. There is one loop for the process, and it runs on a thread of its own.
 */
function useLoopFactory(factory: PyProxy | (() => PyProxy)): void {
  if (typeof factory !== 'function') {
    refuse('a loop factory is called without arguments; pass the function, not the event loop');
  }
  supportCall('aio_use_loop_factory', factory);
}

/** Python's asyncio, on a thread of the core's: it never delays JavaScript. */
export const asyncio = {
  run,

  useLoopFactory,

  /**
   * The event loop that runs what JavaScript awaits, one for the process: for `run_coroutine_threadsafe` and
   * `call_soon_threadsafe`. In Python it is `nogil.event_loop()`. Reading it starts it.
   *
   * @throws PythonError `RuntimeError` while Python ends
   * @remarks Any JS thread.
   */
  get loop(): PyProxy {
    return supportCall('aio_loop') as PyProxy;
  },
} as const;
