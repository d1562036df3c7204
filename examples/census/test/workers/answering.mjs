// Does what worker.ts does, without Python: an answer is the path of the file.
import { parentPort, workerData } from 'node:worker_threads';

const cells = new Int32Array(workerData.queue);
parentPort.on('message', (order) => {
  if (order.kind === 'stop') {
    parentPort.close();
    return;
  }
  parentPort.postMessage({ kind: 'ready' });
  while (Atomics.load(cells, 1) < order.run) Atomics.wait(cells, 1, order.run - 1);
  const answers = [];
  for (
    let i = Atomics.add(cells, 0, 1);
    i < workerData.files.length;
    i = Atomics.add(cells, 0, 1)
  ) {
    answers.push([i, JSON.stringify(workerData.files[i])]);
  }
  parentPort.postMessage({ kind: 'done', finished: process.hrtime.bigint(), answers });
});
parentPort.postMessage({ kind: 'warm' });
