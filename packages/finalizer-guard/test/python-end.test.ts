import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

import { expect, it } from 'vitest';

import {
  endPython,
  pythonEnd,
  pythonGateStatistics,
  releaseObject,
  reprOf,
  runPython,
  startPython,
} from '../src/index.js';
import { built, testPython } from './python.js';

function isInside(): boolean {
  const handle = runPython('inside');
  const text = reprOf(handle);
  releaseObject(handle);
  return text === 'True';
}

// One test: a process has one Python, and it ends once.
it('Python is ended with a worker inside it: interrupted, finalized, counted, refused', async () => {
  expect(pythonEnd()).toEqual({
    state: 'not started',
    finalized: false,
    interrupts: 0,
    leaked: { threads: 0, environments: 0, handles: 0 },
  });
  startPython(await testPython());
  runPython('inside = False');
  const worker = new Worker(
    `const { runPython, startPython } = require(${JSON.stringify(built)});
     const { parentPort } = require('node:worker_threads');
     runPython('object()');
     try { runPython('inside = True\\nwhile True: pass'); }
     catch (error) { parentPort.postMessage(error.code + ': ' + error.message); }
     parentPort.once('message', () => {});`,
    { eval: true },
  );
  const said = once(worker, 'message');
  // The variable, and not the gate: the worker goes in for less before.
  while (!isInside()) await new Promise((resolve) => setTimeout(resolve, 5));
  expect(pythonGateStatistics().inside).toBe(1);
  expect(() => endPython({ boundMs: 0 })).toThrow('boundMs is 0');
  const end = endPython();
  expect(end).toMatchObject({ state: 'closed', finalized: true, leaked: { threads: 0 } });
  expect(end.interrupts).toBeGreaterThan(0);
  expect(String(await said)).toMatch(/^PYTHON_RAISED: .*KeyboardInterrupt/);
  expect(() => runPython('1')).toThrow(expect.objectContaining({ code: 'PYTHON_SHUT_DOWN' }));
  expect(pythonGateStatistics().refused).toBeGreaterThan(0);
  // The worker's environment ends too late: what it held is given up, and counted.
  await worker.terminate();
  const { leaked } = endPython();
  expect(leaked.environments).toBe(1);
  expect(leaked.handles).toBeGreaterThan(0);
});
