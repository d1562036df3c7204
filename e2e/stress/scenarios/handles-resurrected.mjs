// @ts-check
// An object made by one thread, dropped by another, resurrected by its __del__ in a third, and dropped for good by
// a fourth: it is whole in between, and is finalized once.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { parentPort } from 'node:worker_threads';
import { callObject, releaseObject, runPython } from '@nogil/abi';
import { handleStatistics, releaseHandle, shareHandle, takeToken } from '@nogil/handles';
import { python } from 'nogil';
import { mainPart, startCrew, whileCollecting } from '../stage.mjs';

const BATCH = 100;

// With itself in it, only the collector frees it, on the collector's thread.
const SOURCE = `
import sys, threading
class Phoenix:
    nest = []
    made = 0
    finalized = []
    def __init__(self, number):
        self.number = number
        self.payload = [number, str(number)]
        if number % 3:
            self.itself = self
    def __del__(self):
        Phoenix.finalized.append((self.number, threading.get_ident()))
        Phoenix.nest.append(self)
sys.Phoenix = Phoenix

def drain():
    count = 0
    while Phoenix.nest:
        phoenix = Phoenix.nest.pop()
        assert phoenix.payload == [phoenix.number, str(phoenix.number)], phoenix.payload
        count += 1
    return count
sys.drain = drain
`;

/** Makes objects and gives them away. */
export function maker() {
  const make = runPython('sys.Phoenix');
  parentPort?.on('message', (/** @type {number} */ first) => {
    const tokens = Array.from({ length: BATCH }, (_, i) => {
      const number = runPython(String(first + i));
      const handle = callObject(make, number);
      const token = shareHandle(handle);
      releaseHandle(handle);
      releaseObject(number);
      return token;
    });
    parentPort?.postMessage(tokens);
  });
}

/** Drops what others made. */
export function dropper() {
  parentPort?.on('message', (/** @type {import('@nogil/handles').HandleToken[]} */ tokens) => {
    for (const token of tokens) releaseHandle(takeToken(token));
    parentPort?.postMessage('dropped');
  });
}

/** Looks at what came back, and drops it for good. */
export function keeper() {
  parentPort?.on('message', () => parentPort?.postMessage(python.eval('sys.drain()')));
}

export default async function resurrected() {
  const part = mainPart();
  python.run(SOURCE);
  const before = handleStatistics();
  let made = 0;
  const crews = ['maker', 'dropper', 'keeper'].map((role) =>
    startCrew(import.meta.url, role, 1, part),
  );
  const [makes, drops, keeps] = crews.flatMap(({ workers }) => workers);
  assert.ok(makes && drops && keeps);
  await whileCollecting(async () => {
    do {
      makes.postMessage(made);
      made += BATCH;
      const [tokens] = await once(makes, 'message');
      drops.postMessage(tokens);
      keeps.postMessage('look');
      await Promise.all([once(drops, 'message'), once(keeps, 'message')]);
    } while (Date.now() < part.until);
  });
  python.run('import gc; gc.collect(); sys.drain(); gc.collect()');
  await Promise.all([makes, drops, keeps].map((worker) => worker.terminate()));
  assert.ok(made > 0);
  assert.equal(python.eval('len({number for number, _ in sys.Phoenix.finalized})'), made);
  assert.equal(python.eval('len(sys.Phoenix.finalized)'), made, 'finalized once');
  assert.equal(python.eval('len(sys.Phoenix.nest)'), 0);
  assert.equal(handleStatistics().shared, before.shared, 'tokens');
}
