// @ts-check
// Eight workers define a class of the same name with the same method at the same moment: as many different types,
// each with a name of its own, and each calls its own worker.
import assert from 'node:assert/strict';
import { parentPort } from 'node:worker_threads';
import { callObject, releaseObject, runPython } from '@nogil/abi';
import { emitType } from '@nogil/emit-lock';
import { python } from 'nogil';
import { mainPart, startCrew, whileCollecting } from '../stage.mjs';

const WORKERS = 8;
const TYPES = 10;

/** @param {import('../stage.mjs').Part} part */
export function definer({ index }) {
  const note = runPython('sys.note');
  const own = runPython(String(index));
  for (let i = 0; i < TYPES; i++) {
    const type = emitType({
      name: 'Same',
      methods: {
        whose: {
          parameters: 'self, *values',
          /** @type {import('@nogil/abi').RawFunction} */
          call: (_names, ...handles) => {
            for (const handle of handles) releaseObject(handle);
            return runPython(String(index));
          },
        },
      },
    });
    const instance = callObject(type);
    releaseObject(callObject(note, own, type, instance));
    for (const handle of [type, instance]) releaseObject(handle);
  }
  parentPort?.postMessage('defined');
  parentPort?.on('message', () => parentPort?.close()); // stays and serves, until told
}

export default async function sameClass() {
  const part = mainPart();
  python.run(`
import sys
sys.noted = []
def note(index, cls, instance):
    sys.noted.append((index, cls, instance, instance.whose(1, 2)))
sys.note = note
`);
  let rounds = 0;
  await whileCollecting(async () => {
    do {
      const crew = startCrew(import.meta.url, 'definer', WORKERS, part);
      await Promise.all(
        crew.workers.map((worker) => new Promise((resolve) => worker.once('message', resolve))),
      );
      assert.equal(
        python.eval('all(index == instance.whose() for index, _, instance, _ in sys.noted)'),
        true,
      );
      assert.equal(python.eval('all(index == answer for index, _, _, answer in sys.noted)'), true);
      for (const worker of crew.workers) worker.postMessage('end');
      await crew.ended;
      rounds += 1;
      const made = WORKERS * TYPES;
      assert.equal(python.eval('len({cls.__qualname__ for _, cls, _, _ in sys.noted})'), made);
      assert.equal(python.eval('len({id(cls) for _, cls, _, _ in sys.noted})'), made);
      python.run('names = {cls.__qualname__ for _, cls, _, _ in sys.noted}');
      assert.equal(python.eval("names.isdisjoint(getattr(sys, 'taken', set()))"), true);
      python.run("sys.taken = getattr(sys, 'taken', set()) | names; sys.noted.clear()");
    } while (Date.now() < part.until);
  });
  assert.ok(rounds > 0);
}
