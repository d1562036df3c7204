// @ts-check
// Workers come, use every guard, and go, for as long as is asked; memory and handles must stay flat.
//
//   node --expose-gc e2e/soak.mjs [--minutes N]     30 without
//
// Flat means: between two crews no handle lives but those that lived after the first, and no environment is
// open but this thread's; and the median resident size of the last third is at most 8 MiB or 3 %, whichever is
// more, above that of the middle third. The first third warms up.
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { emitFunction, mutex } from '@nogil/emit-lock';
import { callObject, runPython } from '@nogil/abi';
import { terminateWorker } from '@nogil/finalizer-guard';
import {
  handleStatistics,
  openToken,
  releaseHandle,
  releaseToken,
  shareHandle,
} from '@nogil/handles';
import { classOf } from '@nogil/type-cache';
import { python } from 'nogil';

const CREW = 3;
const SHIFT_MS = 3000;
const SLACK_BYTES = 8 * 1024 * 1024;
const SLACK_PART = 0.03;

if (isMainThread) await main();
else await work();

/** One worker's shift: everything it makes is released, collected, or left for its end to release. */
async function work() {
  const until = Date.now() + SHIFT_MS;
  const echo = emitFunction((_names, ...handles) => handles[0], { name: 'echo', parameters: 'x' });
  parentPort?.postMessage('ready');
  for (let round = 0; Date.now() < until; round++) {
    const lists = python.eval('[[i] for i in range(100)]');
    for (const each of lists) void each[0]; // proxies for the collector
    const handle = runPython('object()');
    const token = shareHandle(handle);
    releaseHandle(openToken(token));
    releaseToken(token);
    releaseHandle(callObject(echo, handle));
    releaseHandle(handle);
    const type = runPython('type("Passing", (), {})');
    classOf(type, () => class {});
    releaseHandle(type);
    const held = await mutex('soak').lock();
    held.release();
    if (round % 8 === 0) await sleep(0);
  }
  if (workerData.stays) python.run('import time\nwhile True: time.sleep(0.001)');
}

async function main() {
  const { values } = parseArgs({ options: { minutes: { type: 'string', default: '30' } } });
  const end = Date.now() + Number(values.minutes) * 60_000;
  if (globalThis.gc === undefined) throw new Error('run me with node --expose-gc');
  python.import('time');
  /** @type {{ resident: number, live: number, environments: number }[]} */
  const samples = [];
  while (Date.now() < end) {
    await shift();
    const sample = await measure();
    samples.push(sample);
    const mib = (sample.resident / 1048576).toFixed(1);
    console.log(`${mib} MiB  ${sample.live} handles  ${sample.environments} environments`);
  }
  process.exitCode = isFlat(samples) ? 0 : 1;
}

/** A crew works and goes: two by themselves, one is terminated inside Python. */
async function shift() {
  const crew = Array.from(
    { length: CREW },
    (_, index) =>
      new Worker(fileURLToPath(import.meta.url), { workerData: { stays: index === 0 } }),
  );
  const [staying, ...others] = crew;
  const gone = others.map((worker) => once(worker, 'exit'));
  await Promise.all(gone);
  await sleep(200); // the one that stays is inside Python by then, or soon
  await terminateWorker(/** @type {Worker} */ (staying));
}

async function measure() {
  for (let i = 0; i < 4; i++) {
    globalThis.gc?.();
    await sleep(20); // collected proxies are released from the event loop
  }
  python.run('import gc; gc.collect(); gc.collect()');
  const { live, environments } = handleStatistics();
  return { resident: process.memoryUsage.rss(), live, environments: environments.length };
}

/** @param {{ resident: number, live: number, environments: number }[]} samples */
function isFlat(samples) {
  const third = Math.floor(samples.length / 3);
  if (third < 3) {
    console.log('FAILED: too short to tell');
    return false;
  }
  const middle = median(samples.slice(third, 2 * third).map(({ resident }) => resident));
  const last = median(samples.slice(2 * third).map(({ resident }) => resident));
  const first = /** @type {{ live: number }} */ (samples[0]).live;
  const left = samples.filter(({ live, environments }) => live > first || environments > 1);
  const flat = left.length === 0 && last - middle <= Math.max(SLACK_BYTES, middle * SLACK_PART);
  console.log(
    `${flat ? 'flat' : 'FAILED'}: resident median ${(middle / 1048576).toFixed(1)} MiB in the middle third, ` +
      `${(last / 1048576).toFixed(1)} MiB in the last, ${left.length} of ${samples.length} samples with something left`,
  );
  return flat;
}

/** @param {number[]} values */
function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  return /** @type {number} */ (sorted[sorted.length >> 1]);
}
