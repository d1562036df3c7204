/** Body of a worker thread: takes files from the shared queue and has Python measure them. */
import { parentPort, workerData } from 'node:worker_threads';
import { describeError } from './describe-error.js';
import { importCensus } from './interpreter.js';
import type { Answer, Order, Report, WorkerSetup } from './messages.js';
import { WorkQueue } from './work-queue.js';

if (parentPort === null) {
  throw new Error('worker.js is the body of a worker thread; start main.js instead.');
}
const port = parentPort;
const { files, warmUp, queue: memory } = workerData as WorkerSetup;
const queue = new WorkQueue(memory);
/** What is being measured, for the report of a failure. */
let current: string | null = null;

function report(message: Report): void {
  port.postMessage(message);
}

/** A worker that failed takes no more orders: the port closes, and with it the thread ends. */
function guarded(action: () => void): void {
  try {
    action();
  } catch (error) {
    report({ kind: 'failed', file: current, text: describeError(error) });
    port.close();
  }
}

guarded(() => {
  const census = importCensus();
  for (current of warmUp) census.measure(current);
  current = null;

  port.on('message', (order: Order) => {
    guarded(() => {
      if (order.kind === 'stop') {
        port.close();
        return;
      }
      report({ kind: 'ready' });
      queue.waitUntilOpen(order.run);
      const answers: Answer[] = [];
      for (let index = queue.take(); index < files.length; index = queue.take()) {
        current = files[index] ?? null;
        if (current !== null) answers.push([index, census.measure(current)]);
      }
      const finished = process.hrtime.bigint();
      current = null;
      report({ kind: 'done', finished, answers });
    });
  });
  report({ kind: 'warm' });
});
