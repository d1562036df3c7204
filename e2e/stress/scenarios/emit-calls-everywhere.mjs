// @ts-check
// Workers give Python functions of one name and signature, at the same moment, and Python threads and workers call
// all of them all the time: each call is answered by the function that was called, once.
import assert from 'node:assert/strict';
import { parentPort } from 'node:worker_threads';
import { callObject, createFunction, releaseObject, runPython } from '@nogil/abi';
import { python } from 'nogil';
import { pick } from '../random.mjs';
import { mainPart, startCrew, whileCollecting } from '../stage.mjs';

const WORKERS = 8;

const SOURCE = `
import sys, threading
sys.functions = {}
sys.calling = True
sys.answers = 0
sys.problems = []
def put(index, function): sys.functions[index] = function
sys.put = put
def call_all():
    try:
        while sys.calling:
            for index, function in list(sys.functions.items()):
                answer = function(index, twice=2)
                if answer != (index, 'twice', 2): sys.problems.append((index, answer))
                sys.answers += 1
    except BaseException as error:
        sys.problems.append(repr(error))
sys.callers = [threading.Thread(target=call_all) for _ in range(4)]
for thread in sys.callers: thread.start()
`;

/** @param {import('../stage.mjs').Part} part */
export async function giver({ index, random, until }) {
  let called = 0;
  const tuple = runPython('lambda *values: values');
  const own = runPython(String(index));
  const give = () => {
    const function_ = createFunction(
      (names, ...handles) => {
        called += 1;
        assert.deepEqual(names, ['twice']);
        const name = runPython("'twice'");
        const [, two] = handles;
        const answer = callObject(tuple, own, name, /** @type {number} */ (two));
        for (const handle of [name, ...handles]) releaseObject(handle);
        return answer;
      },
      { name: 'same', parameters: 'index, *, twice' },
    );
    const put = runPython('sys.put');
    releaseObject(callObject(put, own, function_));
    for (const handle of [put, function_]) releaseObject(handle);
  };
  // Python calls all the time: a function that is never reached is found by the deadline.
  while (Date.now() < until || called === 0) {
    give(); // what was there is dropped, perhaps while somebody calls it
    const others = python.eval('list(sys.functions.items())');
    const [other, function_] = pick([...others], random);
    const answer = function_.callKwargs(other, { twice: 2 });
    assert.deepEqual([...answer], [other, 'twice', 2]);
    await new Promise((resolve) => setImmediate(resolve)); // and serves the others
  }
  parentPort?.postMessage(called);
  parentPort?.on('message', () => parentPort?.close()); // stays and serves, until told
}

export default async function callsEverywhere() {
  const part = mainPart();
  python.run(SOURCE);
  await whileCollecting(async () => {
    const crew = startCrew(import.meta.url, 'giver', WORKERS, part);
    const counts = await Promise.all(
      crew.workers.map((worker) => new Promise((resolve) => worker.once('message', resolve))),
    );
    python.run('sys.calling = False\nfor thread in sys.callers: thread.join(20)');
    for (const worker of crew.workers) worker.postMessage('end');
    await crew.ended;
    for (const [index, count] of counts.entries()) assert.ok(count > 0, `calls of worker ${index}`);
  });
  assert.equal(python.repr(python.eval('sys.problems')), '[]');
  assert.ok(python.eval('sys.answers') > 0);
}
