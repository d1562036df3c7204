// @ts-check
// A worker that is inside Python, or was, when the process ends.
import { writeFileSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import { NogilError, python, PythonError } from 'nogil';
import { sourceOf } from './activities.mjs';
import { callInside, neverReturns, threadCallsBack } from './calls-back.mjs';

/** @type {import('./occupants.mjs').Occupant} */
const { who, what, mark } = workerData;

/**
 * Whether Python ended under this thread, which it should; main may live long enough to hear of it.
 * @param {unknown} error
 */
function isEnd(error) {
  if (error instanceof PythonError) return error.type === 'KeyboardInterrupt';
  return error instanceof NogilError && error.code === 'PYTHON_SHUT_DOWN';
}

if (who === 'thread') {
  threadCallsBack(mark);
  parentPort?.on('message', () => {}); // stays, and serves the thread
} else if (what === 'idles') {
  python.eval('1');
  parentPort?.on('message', () => {}); // stays
  writeFileSync(mark, '');
} else {
  try {
    if (what === 'calls-back') callInside(neverReturns(mark));
    else python.run(sourceOf(what, mark));
  } catch (error) {
    if (!isEnd(error)) throw error;
  }
}
