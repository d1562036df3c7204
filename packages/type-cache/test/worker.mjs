// Runs the steps the test names. Workers cannot load TypeScript, hence the built package.
import { parentPort, workerData } from 'node:worker_threads';

import { callObject, createFunction } from '@nogil/abi';

import {
  capabilityOf,
  classOf,
  findClass,
  runPython,
  startPython,
  typeCacheStatistics,
  typeOf,
} from '../dist/index.js';

/** Counters in shared memory: creators inside, most inside at once, capability records computed. */
const shared = new Int32Array(workerData.shared);
const INSIDE = 0;
const MOST = 1;
const COMPUTED = 2;

function inCreator(steps) {
  const inside = Atomics.add(shared, INSIDE, 1) + 1;
  if (inside > Atomics.load(shared, MOST)) Atomics.store(shared, MOST, inside);
  const result = steps();
  Atomics.sub(shared, INSIDE, 1);
  return result;
}

const steps = {
  graph(rounds) {
    for (let round = 0; round < rounds; round += 1) {
      const types = ['First', 'Second', 'Third'].map((name) => runPython(`${name}`));
      const make = (index) => (creation) =>
        inCreatorUnlessNested(() => {
          const node = {};
          creation.offer(node);
          node.next = classOf(types[(index + 1) % 3], make((index + 1) % 3));
          node.complete = true;
          return node;
        });
      const node = classOf(types[round % 3], make(round % 3));
      if (!node.complete || !node.next.complete || !node.next.next.complete) {
        throw new Error('a class that is not complete was seen');
      }
      capabilityOf(types[0], () => {
        Atomics.add(shared, COMPUTED, 1);
        return 42;
      });
    }
    return typeCacheStatistics().entries;
  },
  stuck(name) {
    classOf(runPython(name), (creation) => {
      creation.offer({});
      classOf(runPython('int'), () => ({}));
      parentPort.postMessage('in the creator');
      Atomics.wait(shared, 3, 0);
      return {};
    });
  },
  wants(what) {
    const ask = {
      class: () => void classOf(runPython('Wanted'), () => ({})),
      type: () => void typeOf(class Wanted {}, () => runPython('Wanted')),
    };
    const define = runPython('lambda function: globals().__setitem__("wants", function)');
    callObject(define, createFunction(ask[what], { name: 'wants' }));
    return true;
  },
  make(name) {
    classOf(runPython(name), () => ({}));
    return findClass(runPython(name)) !== undefined;
  },
};

let nested = false;
function inCreatorUnlessNested(work) {
  if (nested) return work();
  nested = true;
  try {
    return inCreator(work);
  } finally {
    nested = false;
  }
}

startPython(workerData.python);
parentPort.on('message', ({ step, argument }) => {
  try {
    parentPort.postMessage({ result: steps[step](argument) });
  } catch (error) {
    parentPort.postMessage({ failure: String(error) });
  }
});
