// @ts-check
// What a scenario is written with. A scenario is one file in scenarios/: its default export runs in the main
// thread, its other exports in workers.
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { python } from 'nogil';
import { randomFrom } from './random.mjs';

/**
 * What each thread of a run is told.
 * @typedef {object} Part
 * @property {number} seed
 * @property {number} milliseconds - how long the run takes
 * @property {number} until - by Date.now(), when to come to an end; a crew's counts from when all are there
 * @property {number} index - of the worker; -1 in the main thread
 * @property {() => number} random - from 0 up to 1, the same for the same seed and index
 * @property {unknown} data - what the main thread passed on
 */

/** @returns {Part} the main thread's */
export function mainPart() {
  const [seed, seconds] = process.argv.slice(4).map(Number);
  if (seed === undefined || seconds === undefined) throw new Error('no seed and no seconds');
  return {
    seed,
    milliseconds: seconds * 1000,
    until: Date.now() + seconds * 1000,
    index: -1,
    random: randomFrom(seed, -1),
    data: undefined,
  };
}

/**
 * Workers that run a function of the scenario, all from the same moment on.
 * @typedef {object} Crew
 * @property {Worker[]} workers
 * @property {Promise<unknown>} ended - rejects with the first error
 */

/**
 * @param {string} scenario - the URL of its file
 * @param {string} role - which of its exports
 * @param {number} count
 * @param {Part} part - the main thread's
 * @param {unknown} [data] - for all of them
 * @returns {Crew}
 */
export function startCrew(scenario, role, count, { seed, milliseconds }, data) {
  const gate = new Int32Array(new SharedArrayBuffer(8));
  gate[1] = count;
  const workers = Array.from({ length: count }, (_, index) => {
    const workerData = { scenario, role, seed, milliseconds, index, gate, data };
    return new Worker(new URL('member.mjs', import.meta.url), { workerData });
  });
  return { workers, ended: Promise.all(workers.map((worker) => once(worker, 'exit'))) };
}

/**
 * Runs a crew to its end.
 *
 * @param {Parameters<typeof startCrew>} crew
 */
export async function runCrew(...crew) {
  await startCrew(...crew).ended;
}

/**
 * Python's garbage collector runs all the time while `body` does: each run stops every other thread of a
 * free-threaded build.
 *
 * @param {() => Promise<void>} body
 */
export async function whileCollecting(body) {
  python.run(`
import gc, sys, threading
sys.collecting = True
def collect():
    while sys.collecting:
        gc.collect()
sys.collector = threading.Thread(target=collect, name='collector')
sys.collector.start()
`);
  try {
    await body();
  } finally {
    python.run('sys.collecting = False; sys.collector.join()');
  }
}
