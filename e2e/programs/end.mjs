// @ts-check
// launch.mjs main end FORM WHO WHAT: ends the process in one form, while somebody does something in Python.
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { python } from 'nogil';
import { sourceOf } from './activities.mjs';
import { callInside, neverReturns } from './calls-back.mjs';
import { occupy } from './occupants.mjs';
import { begin, isPending } from './pending.mjs';
import { say } from './say.mjs';
import { lastCallback, leaveTraces } from './traces.mjs';

/** Longer than the runner waits for any process. */
const FOREVER_MS = 600_000;

const WORKER = new URL('exit-in-worker.mjs', import.meta.url);

/** Waits for the signal that the runner sends after `ready`. */
async function awaitSignal() {
  say('ready');
  await sleep(FOREVER_MS);
}

/**
 * How a process ends itself; it says `ready` right before.
 * @type {Record<string, (workers: Worker[]) => unknown>}
 */
const FORMS = {
  natural: () => say('ready'),
  exit() {
    say('ready');
    process.exit(7);
  },
  uncaught() {
    say('ready');
    setTimeout(() => {
      throw new Error('nobody catches this');
    });
  },
  rejection() {
    say('ready');
    void Promise.reject(new Error('nobody handles this'));
  },
  SIGINT: awaitSignal,
  SIGTERM: awaitSignal,
  SIGHUP: awaitSignal,
  async terminate(workers) {
    const idle = new Worker(WORKER, { workerData: { stay: true } });
    await once(idle, 'message');
    await idle.terminate();
    say('ready');
    // Not awaited: one that is inside Python does not come back.
    for (const worker of workers) void worker.terminate();
    await sleep(10);
    process.exit(9);
  },
  async 'exit-in-worker'() {
    const worker = new Worker(WORKER, { workerData: { stay: false } });
    const [code] = await once(worker, 'exit');
    say('ready');
    process.exitCode = 10 + code;
  },
  shutdown() {
    say('ready');
    python.shutdown();
  },
};

/**
 * The thread that receives the end is itself inside Python, or in a callback from there.
 *
 * @param {string} form
 * @param {string} what
 */
function endInside(form, what) {
  if (what !== 'calls-back') {
    // Not print(): what Python has buffered must lie there when the end comes.
    python.run(`import os; os.write(1, b'ready\\n')\n${sourceOf(what, 'main.inside')}`);
    return;
  }
  callInside(() => {
    say('ready');
    if (form === 'uncaught') throw new Error('nobody catches this');
    if (form === 'exit') process.exit(7);
    return neverReturns('main.inside')();
  });
}

/**
 * @param {string} who
 * @param {string} what
 */
async function prepare(who, what) {
  if (!isPending(who)) return occupy(who, what);
  await begin(who, what);
  return [];
}

export default async function end() {
  const [form = '', who = '', what = ''] = process.argv.slice(4);
  if (who === 'atexit') lastCallback(what);
  leaveTraces();
  if (who === 'main') return endInside(form, what);
  const workers = await prepare(who, what);
  await FORMS[form]?.(workers);
}
