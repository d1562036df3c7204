// @ts-check
// A worker: meets the others at a gate where it was given one, runs Python, posts the result, and stays
// where it was told to.
import { parentPort, workerData } from 'node:worker_threads';
import { NogilError, python } from 'nogil';

/**
 * @typedef {object} Task
 * @property {string} source - Python; the value of its last expression is posted
 * @property {Int32Array<SharedArrayBuffer>} [gate] - how many have arrived, and how many are expected
 * @property {boolean} [stay] - run it again for every message, instead of ending
 */

/** @type {Task} */
const { source, gate, stay } = workerData;

/** @param {Int32Array<SharedArrayBuffer>} counters */
function meet(counters) {
  Atomics.add(counters, 0, 1);
  Atomics.notify(counters, 0);
  for (;;) {
    const arrived = Atomics.load(counters, 0);
    if (arrived === Atomics.load(counters, 1)) return;
    Atomics.wait(counters, 0, arrived);
  }
}

function run() {
  try {
    parentPort?.postMessage({ value: python.run(source) });
  } catch (error) {
    if (!(error instanceof NogilError)) throw error;
    parentPort?.postMessage({ code: error.code, message: error.message });
  }
}

if (gate !== undefined) meet(gate);
run();
if (stay) parentPort?.on('message', run);
