// Fails at the point its first "file" names; every other worker waits at the barrier.
import { parentPort, threadId, workerData } from 'node:worker_threads';

const [when, first] = workerData.files[0].split(' ');
const cells = new Int32Array(workerData.queue);
const isFirst = threadId % 2 === Number(first);

function fail() {
  if (when === 'throw') throw new Error('thrown in the worker');
  if (when === 'exit') process.exit(7);
  parentPort.postMessage({
    kind: 'failed',
    file: '/code/a.py',
    text: 'Traceback: ZeroDivisionError',
  });
}

if (when === 'start') throw new Error('no interpreter here');
parentPort.on('message', () => {
  if (isFirst) {
    fail();
  } else {
    parentPort.postMessage({ kind: 'ready' });
    Atomics.wait(cells, 1, 0);
  }
});
parentPort.postMessage({ kind: 'warm' });
