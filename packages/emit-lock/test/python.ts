import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';

import type { PythonChoice } from '../src/index.js';

// By its path: this package works with any Python, and does not depend on the one that finds it.
const finder = pathToFileURL(join(import.meta.dirname, '../../python/dist/index.js')).href;

interface Finder {
  readonly findPython: (options: object) => {
    readonly executable: string;
    readonly libpython: string;
  };
}

/** The Python that tests use: `NOGIL_PYTHON`, or the first usable one. */
export async function testPython(): Promise<PythonChoice> {
  const { findPython } = (await import(finder)) as Finder;
  const { executable, libpython } = findPython({});
  return { executable, library: libpython };
}

/** This package as other programs load it: for workers and processes, which run no TypeScript. */
export const built = createRequire(import.meta.url).resolve(
  join(import.meta.dirname, '../dist/index.cjs'),
);

/** What a worker posted, in the order of arrival, and the next ones. */
export interface TestWorker {
  readonly worker: Worker;
  /** The next thing it posts. */
  next(): Promise<unknown>;
}

/**
 * A worker that runs `body`, an async function's, with everything of this package in `nogil`, and `port`.
 *
 * @param python - started there, too, unless undefined
 */
export function startWorker(body: string, python?: PythonChoice): TestWorker {
  const worker = new Worker(
    `const { parentPort: port, workerData } = require('node:worker_threads');
     const nogil = require(workerData.built);
     if (workerData.python) nogil.startPython(workerData.python);
     (async () => { ${body} })();`,
    { eval: true, workerData: { built, python } },
  );
  const said: unknown[] = [];
  const waiting: { resolve: (value: unknown) => void; reject: (error: unknown) => void }[] = [];
  worker.on('message', (value: unknown) => {
    const first = waiting.shift();
    if (first) first.resolve(value);
    else said.push(value);
  });
  worker.on('error', (error) => {
    waiting.shift()?.reject(error);
  });
  return {
    worker,
    next: () =>
      said.length > 0
        ? Promise.resolve(said.shift())
        : new Promise((resolve, reject) => {
            waiting.push({ resolve, reject });
          }),
  };
}
