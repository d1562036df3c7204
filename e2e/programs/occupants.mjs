// @ts-check
import { existsSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import { python } from 'nogil';
import { sourceOf } from './activities.mjs';
import { until } from './ending.mjs';

/** @typedef {{ who: string, what: string, mark: string }} Occupant */

const EVERYTHING = ['computes', 'locks', 'sleeps', 'calls-back', 'idles'];

/**
 * Has others do something in Python, for ever, and waits until they do.
 *
 * @param {string} who - `thread`, which Python's own end would wait for, `daemon` or `worker`; nobody else occupies
 * @param {string} what - one of the activities, or `everything`
 * @returns {Promise<Worker[]>} the workers, which do not keep the process alive
 */
export async function occupy(who, what) {
  if (!['thread', 'daemon', 'worker'].includes(who)) return [];
  const activities = what === 'everything' ? EVERYTHING : [what];
  const occupants = activities.map((activity) => ({
    who,
    what: activity,
    mark: `${activity}.inside`,
  }));
  const workers = occupants.flatMap((occupant) =>
    // A thread that calls back needs somebody to call.
    who === 'worker' || occupant.what === 'calls-back'
      ? [startWorker(occupant)]
      : startThread(occupant),
  );
  await until(() => occupants.every(({ mark }) => existsSync(mark)));
  return workers;
}

/** @param {Occupant} occupant */
function startWorker(occupant) {
  const worker = new Worker(new URL('occupant.mjs', import.meta.url), { workerData: occupant });
  worker.unref();
  return worker;
}

/**
 * @param {Occupant} occupant
 * @returns {Worker[]} none
 */
function startThread({ who, what, mark }) {
  python.run(`
import threading
threading.Thread(target=exec, args=(${JSON.stringify(sourceOf(what, mark))}, {}), daemon=${who === 'daemon' ? 'True' : 'False'}).start()
`);
  return [];
}
