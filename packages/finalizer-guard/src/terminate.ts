import type { Worker } from 'node:worker_threads';

import { openCore } from '@nogil/abi';

/** How often a worker that does not come back is interrupted, in milliseconds. */
const AGAIN_MS = 50;

/**
 * `worker.terminate()` for a worker that may be inside Python: the host alone waits until the call
 * returns, for ever if need be. JavaScript is terminated first, so that nothing of the worker's can catch
 * or miss what follows; then its Python code is interrupted with `KeyboardInterrupt`, again and again,
 * until the worker has ended.
 *
 * Python code that sleeps or waits in C is not reached before it comes back. The worker must have used
 * Python through `nogil`, or have called `guardExit()`: that is how the core knows its thread.
 *
 * @param worker - a worker of this thread's
 * @returns its exit code, as `worker.terminate()` does
 * @throws NogilError `PYTHON_NOT_STARTED`, `PYTHON_SHUT_DOWN`, and as `loadCore` of `@nogil/abi`
 * @remarks Any JS thread that can terminate the worker.
 */
export async function terminateWorker(worker: Worker): Promise<number> {
  const core = openCore();
  const number = worker.threadId; // it has none any more once it has ended
  const ended = worker.terminate();
  core.interruptThread(number);
  const again = setInterval(() => {
    core.interruptThread(number);
  }, AGAIN_MS);
  try {
    return await ended;
  } finally {
    clearInterval(again);
  }
}
