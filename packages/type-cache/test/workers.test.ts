import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

import { afterEach, beforeAll, expect, it } from 'vitest';

import {
  classOf,
  findClass,
  releaseObject,
  runPython,
  startPython,
  typeCacheStatistics,
} from '../src/index.js';
import { choosePython } from './python.js';

const python = choosePython();
const shared = new Int32Array(new SharedArrayBuffer(16));
const [MOST, COMPUTED] = [1, 2];
const workers = new Set<Worker>();

beforeAll(() => {
  startPython(python);
  runPython(
    'class First: pass\nclass Second: pass\nclass Third: pass\nclass Stuck: pass\nclass Wanted: pass',
  );
});

afterEach(async () => {
  await Promise.all([...workers].map((worker) => worker.terminate()));
  workers.clear();
});

function start(): Worker {
  const worker = new Worker(new URL('worker.mjs', import.meta.url), {
    workerData: { python, shared: shared.buffer },
  });
  workers.add(worker);
  return worker;
}

async function ask(worker: Worker, step: string, argument: unknown): Promise<unknown> {
  worker.postMessage({ step, argument });
  const [answer] = (await once(worker, 'message')) as unknown[];
  return answer;
}

it('lets one thread create at a time, and shows nobody a class that is not complete', async () => {
  const answers = await Promise.all(
    Array.from({ length: 6 }, start).map((worker) => ask(worker, 'graph', 200)),
  );
  for (const answer of answers) expect(answer).toHaveProperty('result');
  expect(shared[MOST]).toBe(1);
  expect(shared[COMPUTED]).toBe(1);
});

it('gives each thread a class of its own', async () => {
  const type = runPython('First');
  const own = classOf(type, () => ({}));
  await ask(start(), 'make', 'First');
  expect(findClass(type)).toBe(own);
});

it('takes the entries of a thread with it', async () => {
  const worker = start();
  const before = typeCacheStatistics().entries;
  expect(await ask(worker, 'make', 'Second')).toEqual({ result: true });
  expect(typeCacheStatistics().entries).toBe(before + 1);
  await worker.terminate();
  expect(typeCacheStatistics().entries).toBe(before);
});

it('leaves nothing and nobody waiting behind when a worker is terminated in a creator', async () => {
  const stuck = start();
  const waiting = start();
  await ask(waiting, 'make', 'Third');
  const { entries, abandoned } = typeCacheStatistics();
  expect(await ask(stuck, 'stuck', 'Stuck')).toBe('in the creator');
  expect(typeCacheStatistics().entries).toBe(entries);
  const waits = ask(waiting, 'make', 'Stuck');
  await stuck.terminate();
  expect(await waits).toEqual({ result: true });
  expect(typeCacheStatistics().entries).toBe(entries + 1);
  expect(typeCacheStatistics().abandoned).toBe(abandoned + 2);
  expect(classOf(runPython('Stuck'), () => ({}))).toBeTypeOf('object');
});

it.each(['class', 'type'])(
  'refuses to wait for a creator that waits for the very function that asks: a %s',
  async (what) => {
    const other = start();
    expect(await ask(other, 'wants', what)).toEqual({ result: true });
    const { entries, classes } = typeCacheStatistics();
    const whole = runPython('type("Whole", (), {})');
    expect(() => classOf(whole, () => ({ answer: runPython('wants()') }))).toThrow(
      /this wait would never end/,
    );
    // Neither creation left anything behind, and nobody holds the lock.
    expect(typeCacheStatistics()).toMatchObject({ entries, classes });
    expect(findClass(whole)).toBeUndefined();
    releaseObject(runPython('wants()'));
    expect(classOf(whole, () => ({ answer: 42 }))).toEqual({ answer: 42 });
  },
);
