// @ts-check
import { existsSync } from 'node:fs';
import { isMainThread, parentPort } from 'node:worker_threads';
import { say } from './say.mjs';

/** A file that Python makes when it is where it will stay. */
export const INSIDE = 'inside';

/** How often a condition is looked at, in milliseconds. */
const PERIOD_MS = 10;

/**
 * @typedef {object} Ending
 * @property {number} code
 * @property {boolean} onceInside - whether to wait until Python made the file {@link INSIDE}
 */

/**
 * Ends the whole process, as a program's main thread would: `process.exit` in a worker ends the worker.
 *
 * @param {Ending} ending
 */
export function endProcess(ending) {
  if (isMainThread) end(ending);
  else parentPort?.postMessage(ending);
}

/**
 * Ends the process when a worker calls {@link endProcess}.
 * @param {import('node:worker_threads').Worker} worker
 */
export function endWhenAsked(worker) {
  worker.on('message', end);
}

/** @param {Ending} ending */
function end({ code, onceInside }) {
  if (onceInside && !existsSync(INSIDE)) {
    setTimeout(end, PERIOD_MS, { code, onceInside });
    return;
  }
  say('ready');
  process.exit(code);
}

/**
 * Waits until `condition` holds. Without a bound of its own: the process has a deadline.
 * @param {() => boolean} condition
 * @returns {Promise<void>}
 */
export async function until(condition) {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, PERIOD_MS));
}
