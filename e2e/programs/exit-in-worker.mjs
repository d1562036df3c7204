// @ts-check
// A worker that uses Python, and then ends itself with exit code 4, or stays.
import { parentPort, workerData } from 'node:worker_threads';
import { python } from 'nogil';

python.eval('1');
if (workerData.stay) parentPort?.on('message', () => {});
parentPort?.postMessage('used');
if (!workerData.stay) process.exit(4);
