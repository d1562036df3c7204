// @ts-check
// A worker that is inside Python, or was, when the process ends.
import { writeFileSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import { python, PythonError } from 'nogil';
import { sourceOf } from './activities.mjs';

/** @type {import('./occupants.mjs').Occupant} */
const { what, mark } = workerData;

if (what === 'idles') {
  python.eval('1');
  parentPort?.on('message', () => {}); // stays
  writeFileSync(mark, '');
} else {
  try {
    python.run(sourceOf(what, mark));
  } catch (error) {
    // The end interrupted it, as it should; main may live long enough to hear of it.
    if (!(error instanceof PythonError) || error.type !== 'KeyboardInterrupt') throw error;
  }
}
