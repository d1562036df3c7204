// @ts-check
// node launch.mjs PLACE PROGRAM: runs the program's default export in the main thread or in a worker, and
// says `done` when it came to its end.
import { isMainThread, Worker } from 'node:worker_threads';
import { endWhenAsked } from './ending.mjs';
import { say } from './say.mjs';

const [place, program] = process.argv.slice(2);

if (isMainThread && place === 'worker') {
  // Main never uses Python here. It has no listener for `error`: what the worker throws is uncaught.
  const worker = new Worker(new URL(import.meta.url), { argv: process.argv.slice(2) });
  endWhenAsked(worker);
  worker.on('exit', (code) => {
    process.exitCode ||= code;
  });
} else {
  /** @type {{ default: () => unknown }} */
  const { default: run } = await import(new URL(`${program}.mjs`, import.meta.url).href);
  await run();
  say('done');
}
