// @ts-check
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

/** @typedef {import('./member.mjs').Task} Task */
/** @typedef {{ value?: unknown, code?: string, message?: string }} Answer */

/**
 * Starts a worker that runs Python.
 * @param {Task} task
 */
export function startMember(task) {
  return new Worker(new URL('member.mjs', import.meta.url), { workerData: task });
}

/**
 * The next thing a worker posts; what it throws is thrown here.
 *
 * @param {Worker} worker
 * @returns {Promise<Answer>}
 */
export async function answerOf(worker) {
  /** @type {[Answer]} */
  const [answer] = /** @type {never} */ (await once(worker, 'message'));
  return answer;
}

/**
 * Runs Python in workers that start together, and waits until all have ended.
 *
 * @param {readonly string[]} sources
 * @returns {Promise<Answer[]>} in the order of `sources`
 */
export async function runTogether(sources) {
  const gate = new Int32Array(new SharedArrayBuffer(8));
  gate[1] = sources.length;
  return Promise.all(
    sources.map(async (source) => {
      const worker = startMember({ source, gate });
      const ended = once(worker, 'exit');
      const answer = await answerOf(worker);
      await ended;
      return answer;
    }),
  );
}
