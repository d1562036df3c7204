// The GIL is turned on while this thread, whose listener throws, waits inside the core for another's function.
import { Worker, isMainThread, parentPort, workerData } from 'node:worker_threads';

import {
  callObject,
  createFunction,
  onGilEnabled,
  releaseObject,
  reprOf,
  runPython,
  startPython,
} from '../../dist/index.js';

if (isMainThread) {
  await main(JSON.parse(process.argv[2]));
} else {
  startPython(workerData);
  const load = createFunction(
    () => {
      runPython('import one_phase');
      // Longer than a waiting thread takes to ask whether it is still wanted.
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 300);
      return runPython("'answer'");
    },
    { name: 'load' },
  );
  const setter = runPython('lambda function: globals().update(load=function)');
  callObject(setter, load);
  releaseObject(load);
  parentPort.on('message', () => parentPort.close()); // serves calls until then
  parentPort.postMessage('ready');
}

async function main({ executable, library, folder }) {
  startPython({ executable, library });
  const uncaught = [];
  process.on('uncaughtException', ({ message }) => uncaught.push(message));
  onGilEnabled(() => {
    throw new Error('first');
  });
  onGilEnabled(() => {
    throw new Error('second');
  });
  runPython(`import sys; sys.path.insert(0, ${JSON.stringify(folder)})`);
  const worker = new Worker(new URL(import.meta.url), { workerData: { executable, library } });
  await new Promise((resolve) => worker.once('message', resolve));
  const value = reprOf(runPython('load()'));
  await new Promise(setImmediate);
  worker.postMessage('end');
  console.log(JSON.stringify({ value, uncaught }));
}
