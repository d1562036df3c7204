// @ts-check
// A worker that is inside Python, or was, when the process ends.
import { writeFileSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import { python } from 'nogil';
import { sourceOf } from './activities.mjs';

/** @type {import('./occupants.mjs').Occupant} */
const { what, mark } = workerData;

if (what === 'idles') {
  python.eval('1');
  parentPort?.on('message', () => {}); // stays
  writeFileSync(mark, '');
} else {
  python.run(sourceOf(what, mark));
}
