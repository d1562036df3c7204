// @ts-check
// What the pool gains and costs. On an idle machine: node packages/runtime/bench/pool.mjs
import { loadavg } from 'node:os';
import { monitorEventLoopDelay } from 'node:perf_hooks';

import { python } from 'nogil';

const ROUNDS = 5;
const MANY = 200_000;

python.run(`
import threading, time
def work(n):
    total = 0
    for i in range(20_000):
        total += i * i
    return total
def work_alone(count):
    return [work(i) for i in range(count)]
def work_on_threads(count, size):
    threads = [
        threading.Thread(target=lambda part: [work(i) for i in part], args=(range(first, count, size),))
        for first in range(size)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
def spin(seconds):
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        pass
def in_c(count):
    return sum(range(count))
`);
const work = python.eval('work');
const alone = python.eval('work_alone');
const onThreads = python.eval('work_on_threads');
const same = python.eval('lambda x: x');
const items = Array.from({ length: 1000 }, (_, i) => i);
const many = Array.from({ length: MANY }, (_, i) => i);

/** @param {() => unknown} body */
async function milliseconds(body) {
  const begun = performance.now();
  await body();
  return performance.now() - begun;
}

/** @param {number[]} values */
function median(values) {
  return /** @type {number} */ (values.sort((a, b) => a - b)[Math.trunc(values.length / 2)]);
}

/** @param {() => Promise<unknown>} body */
async function loopDelay(body) {
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  await body();
  delay.disable();
  const text = (/** @type {number} */ nanoseconds) => `${(nanoseconds / 1e6).toFixed(1)} ms`;
  return `p99 ${text(delay.percentile(99))}, longest ${text(delay.max)}`;
}

const { version, freeThreaded } = python.info();
console.log(`Python ${version}${freeThreaded ? ', free-threaded' : ''}; ${process.version}`);
console.log(`${python.parallel.size} threads; load before: ${loadavg()[0]?.toFixed(2)}`);

const gains = [];
const plain = [];
const overheads = [];
for (let i = 0; i < ROUNDS; i++) {
  const one = await milliseconds(() => alone(items.length));
  const all = await milliseconds(() => python.parallel.map(work, items));
  gains.push(one / all);
  plain.push(one / (await milliseconds(() => onThreads(items.length, python.parallel.size))));
  const cost = await milliseconds(() => python.parallel.map(same, many));
  overheads.push((cost * 1000) / MANY);
}
console.log(
  `map of 1 000 items against one thread: ${median(gains).toFixed(2)} times (median of ${ROUNDS})`,
);
console.log(`the same on plain Python threads: ${median(plain).toFixed(2)} times`);
console.log(
  `a trivial function in batches: ${median(overheads).toFixed(2)} µs for each item (median)`,
);
const calls = await milliseconds(() => Promise.all(items.map((i) => same.callAsync(i))));
console.log(`callAsync, 1 000 at once: ${calls.toFixed(1)} µs for each`);

python.parallel.size = 4;
const busy = () => python.parallel.map(python.eval('spin'), [3, 3, 3, 3], { chunk: 1 });
console.log(`event loop while 4 threads run Python: ${await loopDelay(busy)}`);
const held = () => python.callAsync(python.eval('in_c'), [200_000_000]);
console.log(`event loop while one runs C that keeps the GIL: ${await loopDelay(held)}`);
