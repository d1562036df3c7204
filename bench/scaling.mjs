// @ts-check
// What one operation costs a thread when 1, 2, 4 and 8 of them do the same at once: processor time of the thread. Where
// nothing is shared it stays what it is with one thread.
//
//   node bench/scaling.mjs        needs `npm run build`, and Node 24 or newer
import { Worker, isMainThread, parentPort, workerData } from 'node:worker_threads';
import { createHandle, duplicateHandle, releaseHandle } from '@nogil/handles';
import { python } from 'nogil';

const THREADS = [1, 2, 4, 8];
const ROUNDS = 3;
/** Long enough for clocks of processor time that tick every few milliseconds. */
const TIMES = 200_000;
/** @type {NodeJS.Process & { threadCpuUsage?: () => NodeJS.CpuUsage }} */
const { threadCpuUsage } = process;

/** What each thread does to objects of its own, and to one that all threads share. */
function operations() {
  const own = python.run(`
class Thing:
    size = 1
    def method(self, a): return a
def add(a, b): return a + b
(Thing(), add)`);
  const [thing, add] = [own[0], own[1]];
  const { sqrt } = python.import('math');
  const handle = createHandle('object()');
  return {
    'call, a function of its own': (/** @type {number} */ i) => add(i, 2.5),
    'call, one function for all': () => sqrt(2.25),
    'attribute of its own object': () => thing.size,
    'method of its own object': (/** @type {number} */ i) => thing.method(i),
    'handle made and released': () => releaseHandle(duplicateHandle(handle)),
  };
}

async function main() {
  python.import('math');
  const Table = (await import('cli-table3')).default;
  const table = new Table({
    head: ['', ...THREADS.map((count) => `${count} threads`)],
    style: { head: [], border: [] },
  });
  /** @type {Map<string, string[]>} */
  const rows = new Map();
  /** @type {Map<string, number>} */
  const first = new Map();
  for (const count of THREADS) {
    const gate = new SharedArrayBuffer(8);
    const workers = Array.from(
      { length: count },
      () => new Worker(new URL(import.meta.url), { workerData: { gate, count } }),
    );
    const results = await Promise.all(
      workers.map(
        (worker) =>
          new Promise((resolve, reject) => {
            worker.once('message', resolve);
            worker.once('error', reject);
          }),
      ),
    );
    for (const name of Object.keys(results[0])) {
      const times = results.map((result) => result[name]);
      const mean = times.reduce((sum, one) => sum + one, 0) / count;
      if (!first.has(name)) first.set(name, mean);
      const ratio = mean / (first.get(name) ?? mean);
      rows.set(name, [...(rows.get(name) ?? []), `${mean.toFixed(0)} ns ${ratio.toFixed(2)}×`]);
    }
  }
  for (const [name, cells] of rows) table.push([name, ...cells]);
  console.log(
    `processor time of one operation, Python ${python.import('sys').version}\n${table.toString()}`,
  );
}

/** All threads begin each operation together. */
function work() {
  const { gate, count } = workerData;
  const words = new Int32Array(gate);
  /** @type {Record<string, number>} */
  const spentEach = {};
  let turn = 0;
  for (const [name, run] of Object.entries(operations())) {
    for (let round = 0; round < ROUNDS; round++) {
      turn += 1;
      if (Atomics.add(words, 0, 1) + 1 === turn * count) {
        Atomics.store(words, 1, turn);
        Atomics.notify(words, 1);
      }
      while (Atomics.load(words, 1) < turn) Atomics.wait(words, 1, turn - 1);
      const before = threadCpuUsage?.() ?? process.cpuUsage();
      for (let i = 0; i < TIMES; i++) run(i);
      const after = threadCpuUsage?.() ?? process.cpuUsage();
      const spent = after.user + after.system - before.user - before.system;
      spentEach[name] = (spentEach[name] ?? 0) + (spent * 1000) / TIMES / ROUNDS;
    }
  }
  parentPort?.postMessage(spentEach);
}

if (isMainThread) await main();
else work();
