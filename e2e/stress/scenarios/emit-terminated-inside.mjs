// @ts-check
// Workers terminated inside a callback inside Python inside a callback, while Python threads wait for functions of
// theirs: every waiter is told, nothing stays behind.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { parentPort } from 'node:worker_threads';
import { loadCore } from '@nogil/abi';
import { python } from 'nogil';
import { publish } from '../../programs/callbacks.mjs';
import { mainPart, startCrew, whileCollecting } from '../stage.mjs';

const WORKERS = 3;

const SOURCE = `
import sys, threading
sys.told = []
def call(name):
    try:
        getattr(sys, name)()
        sys.told.append('returned')
    except BaseException as error:
        sys.told.append(type(error).__name__)
def wait_for(*names):
    sys.waiters = [threading.Thread(target=call, args=(name,)) for name in names]
    for thread in sys.waiters: thread.start()
sys.wait_for = wait_for
def all_told():
    for thread in sys.waiters: thread.join(20)
    return not any(thread.is_alive() for thread in sys.waiters)
sys.all_told = all_told
`;

/** @param {import('../stage.mjs').Part} part */
export function victim({ index, random }) {
  // Bun does not always end a loop in JavaScript that lies inside native frames.
  const spins = process.versions.bun === undefined && random() < 0.5;
  publish(`innermost${index}`, () => {
    parentPort?.postMessage('inside');
    if (!spins) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
    for (;;); // until it is terminated
  });
  publish(`outer${index}`, () => {
    python.run(`sys.innermost${index}()`);
    return null;
  });
  publish(`waited${index}`, () => null);
  python.run(`sys.outer${index}()`);
  throw new Error('it came back');
}

export default async function terminatedInside() {
  const part = mainPart();
  python.run(SOURCE);
  const before = loadCore().statistics();
  let rounds = 0;
  await whileCollecting(async () => {
    do {
      const crew = startCrew(import.meta.url, 'victim', WORKERS, part);
      await Promise.all(crew.workers.map((worker) => once(worker, 'message')));
      const names = crew.workers.map((_, i) => `'waited${i}'`);
      python.run(`sys.wait_for(${names.join(', ')})`);
      await Promise.all(crew.workers.map((worker) => worker.terminate()));
      await crew.ended;
      assert.equal(python.eval('sys.all_told()'), true, 'somebody waits for a worker that is gone');
      rounds += 1;
    } while (Date.now() < part.until);
  });
  assert.equal(python.eval('len(sys.told)'), rounds * WORKERS);
  assert.equal(python.eval("'returned' in sys.told"), false);
  const after = loadCore().statistics();
  assert.equal(after.environments, before.environments, 'environments');
  assert.equal(after.handlesLeaked, before.handlesLeaked, 'leaked handles');
}
