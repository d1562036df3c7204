import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

import { afterEach } from 'vitest';

import { built } from './python.js';

const workers: Worker[] = [];
afterEach(async () => {
  await Promise.all(workers.splice(0).map((worker) => worker.terminate()));
});

/**
 * A worker that answers each message with what `body` makes of it.
 *
 * @param body - of a function of `message`, with the package's exports as `handles` in scope
 */
export function startWorker(body: string): {
  ask(message: unknown): Promise<unknown>;
  end(): Promise<void>;
} {
  const worker = new Worker(
    `const { parentPort } = require('node:worker_threads');
     const handles = require(${JSON.stringify(built)});
     const answer = (message) => { ${body} };
     parentPort.on('message', (message) => {
       try {
         parentPort.postMessage({ value: answer(message) });
       } catch (error) {
         parentPort.postMessage({ code: error.code, text: error.message, history: error.history });
       }
     });`,
    { eval: true },
  );
  workers.push(worker);
  return {
    async ask(message) {
      const answered = once(worker, 'message');
      worker.postMessage(message);
      const [answer] = (await answered) as unknown[];
      return answer;
    },
    async end() {
      await worker.terminate();
    },
  };
}
