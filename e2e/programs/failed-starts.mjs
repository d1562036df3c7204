// @ts-check
// Workers that load the core and fail to start Python, in a process whose main thread never loads it: Node
// unloads the core with such a worker, and a thread of the core's must not run in what is gone.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { copyFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import { Worker } from 'node:worker_threads';
import { platformTarget } from '@nogil/abi';

/**
 * A library that can be loaded and is no Python: a copy of the core. A copy, because opening the core itself
 * would keep it loaded.
 */
export const NO_PYTHON = resolve('no-python.node');

export default async function failedStarts() {
  const core = `@nogil/native/dist/${platformTarget()}/nogil.node`;
  copyFileSync(createRequire(import.meta.url).resolve(core), NO_PYTHON);
  for (let round = 0; round < 5; round++) {
    const starters = Array.from(
      { length: 4 },
      () => new Worker(new URL('failing-starter.mjs', import.meta.url)),
    );
    const messages = await Promise.all(
      starters.map(async (worker) => {
        const ended = once(worker, 'exit');
        const [message] = await once(worker, 'message');
        await ended;
        return message;
      }),
    );
    for (const message of messages) assert.match(message, /not a CPython library/);
  }
}
