import { join } from 'node:path';
import { Worker } from 'node:worker_threads';

const runtime = join(import.meta.dirname, '../dist/index.cjs');

/** A worker that runs `code`, which has `python` and `parentPort`. */
export function startWorker(code: string): Worker {
  return new Worker(
    `const { parentPort } = require('node:worker_threads');
     const { python } = require(${JSON.stringify(runtime)});
     ${code}`,
    { eval: true },
  );
}
