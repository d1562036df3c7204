import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';

import { expect, it } from 'vitest';

import {
  pythonGateStatistics,
  releaseObject,
  reprOf,
  runPython,
  startPython,
  terminateWorker,
} from '../src/index.js';
import { built, testPython } from './python.js';

async function busyWorker(code: string): Promise<Worker> {
  runPython('entered = False');
  const worker = new Worker(
    `const { guardExit, runPython } = require(${JSON.stringify(built)});
     guardExit();
     for (;;) { try { runPython(${JSON.stringify(code)}); } catch {} }`,
    { eval: true },
  );
  for (;;) {
    await sleep(5);
    const handle = runPython('entered');
    const entered = reprOf(handle) === 'True';
    releaseObject(handle);
    if (entered) return worker;
  }
}

it('a worker that computes in Python is terminated', async () => {
  startPython(await testPython());
  const worker = await busyWorker('entered = True\nwhile True: pass');
  const exited = once(worker, 'exit');
  expect(await terminateWorker(worker)).toBe(1);
  await exited;
  expect(pythonGateStatistics()).toMatchObject({ inside: 0, passes: 1 });
});

it('a worker whose Python code catches the interrupt once is terminated all the same', async () => {
  const worker = await busyWorker(
    'entered = True\ntry:\n  while True: pass\nexcept BaseException:\n  while True: pass',
  );
  expect(await terminateWorker(worker)).toBe(1);
});

it('the thread that terminates, and workers that come later, are not interrupted', async () => {
  const worker = await busyWorker('entered = True\nwhile True: pass');
  await terminateWorker(worker);
  for (let i = 0; i < 20; i++) releaseObject(runPython('sum(range(1000))'));
  const later = new Worker(
    `const { runPython } = require(${JSON.stringify(built)});
     for (let i = 0; i < 100; i++) runPython('sum(range(1000))');`,
    { eval: true },
  );
  const [code] = (await once(later, 'exit')) as [number];
  expect(code).toBe(0);
});

it('a worker that never used Python is terminated', async () => {
  const worker = new Worker('for (;;);', { eval: true });
  await once(worker, 'online');
  expect(await terminateWorker(worker)).toBe(1);
});
