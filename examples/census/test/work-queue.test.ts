import { Worker } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import { WorkQueue } from '../src/work-queue.js';

describe('WorkQueue', () => {
  it('gives each item once, to all who joined it', () => {
    const queue = new WorkQueue();
    const joined = new WorkQueue(queue.memory);
    expect([queue.take(), joined.take(), queue.take()]).toEqual([0, 1, 2]);
    expect(joined.taken).toBe(3);
    joined.reset();
    expect(queue.take()).toBe(0);
  });

  it('does not block on a run that is open', () => {
    const queue = new WorkQueue();
    queue.open(1);
    queue.waitUntilOpen(1);
    expect(queue.taken).toBe(0);
  });

  it('holds other threads until the run opens', async () => {
    const queue = new WorkQueue();
    // The layout is shared with a thread that knows nothing of the class: [next, opened].
    const worker = new Worker(
      `const { workerData, parentPort } = require('node:worker_threads');
       const cells = new Int32Array(workerData);
       parentPort.postMessage('waiting');
       Atomics.wait(cells, 1, 0);
       parentPort.postMessage(Atomics.add(cells, 0, 1));`,
      { eval: true, workerData: queue.memory },
    );
    const messages: unknown[] = [];
    await new Promise<void>((resolve, reject) => {
      worker.on('error', reject);
      worker.on('message', (message) => {
        messages.push(message);
        if (message === 'waiting') queue.open(1);
        else resolve();
      });
    });
    expect(messages).toEqual(['waiting', 0]);
    expect(queue.taken).toBe(1);
    await worker.terminate();
  });
});
