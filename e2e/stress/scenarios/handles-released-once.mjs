// @ts-check
// The same objects released by JavaScript, by both garbage collectors, by the end of a worker and by hand, all
// at once: each is freed exactly once.
import assert from 'node:assert/strict';
import { setImmediate } from 'node:timers/promises';
import { isMainThread, parentPort } from 'node:worker_threads';
import {
  HandleError,
  handleStatistics,
  openToken,
  releaseHandle,
  releaseToken,
  shareHandle,
  takeToken,
} from '@nogil/handles';
import { callObject, releaseObject, runPython } from '@nogil/abi';
import { python } from 'nogil';
import { pick } from '../random.mjs';
import { mainPart, startCrew, whileCollecting } from '../stage.mjs';

const WORKERS = 6;
const BATCH = 64;

const SOURCE = `
import itertools, sys
class Counted:
    made = itertools.count()
    freed = []
    def __init__(self):
        self.number = next(Counted.made)
        if self.number % 2:
            self.itself = self  # only the collector frees it
    def __del__(self):
        Counted.freed.append(self.number)
sys.Counted = Counted
`;

/** Makes a token of a new object. */
function makeToken() {
  const maker = runPython('sys.Counted');
  const handle = callObject(maker);
  releaseObject(maker);
  try {
    return shareHandle(handle);
  } finally {
    releaseHandle(handle);
  }
}

/**
 * Somebody else may have been faster: that is an error that says so, and nothing else is.
 * @param {() => void} body
 */
function atMostOnce(body) {
  try {
    body();
  } catch (error) {
    if (!(error instanceof HandleError) || error.code !== 'STALE_HANDLE') throw error;
  }
}

/** What a worker does with a token that all of them have. */
const WAYS = [
  /** @param {import('@nogil/handles').HandleToken} token */
  (token) => releaseHandle(openToken(token)),
  /** @param {import('@nogil/handles').HandleToken} token */
  (token) => releaseHandle(takeToken(token)),
  /** @param {import('@nogil/handles').HandleToken} token */
  (token) => releaseToken(token),
  /** @param {import('@nogil/handles').HandleToken} token */
  (token) => void openToken(token), // until this worker ends
];

/** @param {import('../stage.mjs').Part} part */
export function rival({ random }) {
  const make = python.eval('sys.Counted');
  parentPort?.on(
    'message',
    (/** @type {import('@nogil/handles').HandleToken[] | null} */ tokens) => {
      if (tokens === null) {
        parentPort?.close(); // what is still held goes with the thread
        return;
      }
      const proxies = tokens.map(() => make());
      for (const [i, token] of tokens.entries()) {
        atMostOnce(() => pick(WAYS, random)(token));
        // By hand, twice, or by whoever comes first: this thread's collector, or its end.
        if (random() < 0.5) proxies[i].destroy();
        if (random() < 0.1) proxies[i].destroy();
      }
      parentPort?.postMessage('done');
    },
  );
}

export default async function releasedOnce() {
  const part = mainPart();
  python.run(SOURCE);
  const before = handleStatistics();
  let rounds = 0;
  await whileCollecting(async () => {
    do {
      const crew = startCrew(import.meta.url, 'rival', WORKERS, part);
      for (let batch = 0; batch < 8; batch++) {
        const tokens = Array.from({ length: BATCH }, makeToken);
        const answers = crew.workers.map(
          (worker) => new Promise((resolve) => worker.once('message', resolve)),
        );
        for (const worker of crew.workers) worker.postMessage(tokens);
        await Promise.all(answers);
        for (const token of tokens) atMostOnce(() => releaseToken(token));
      }
      const [victim, ...others] = crew.workers;
      void victim?.terminate();
      for (const worker of others) worker.postMessage(null);
      await crew.ended;
      rounds += 1;
    } while (Date.now() < part.until);
  });
  assert.ok(rounds > 0 && isMainThread);
  await setImmediate();
  python.run('import gc; gc.collect(); gc.collect()');
  const made = python.eval('next(sys.Counted.made)');
  assert.equal(python.eval('len(sys.Counted.freed)'), made, 'objects freed');
  assert.equal(python.eval('len(set(sys.Counted.freed))'), made, 'objects freed once');
  const after = handleStatistics();
  assert.equal(after.shared, before.shared, 'tokens');
  assert.equal(after.environments.length, before.environments.length, 'environments');
  assert.equal(after.leaked, before.leaked, 'leaked handles');
}
