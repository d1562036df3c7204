// @ts-check
// What a call costs, next to the same call through the host's own FFI: `node bench/calls.mjs`, with
// `--experimental-ffi` as well, and `bun bench/calls.mjs`. Ends with 1 when a call costs more than its budget.
//
// Rounds of all rows alternate, so that a machine that slows down slows all of them; the figure is the median
// of the rounds.
import { dlopen, JSCallback, suffix } from 'bun-ffi-compat';

import { host } from './hosts.mjs';

const ROUNDS = 15;
const ROUND_MS = 40;

const libc = suffix === 'dylib' ? 'libSystem.B.dylib' : 'libc.so.6';
const view = Buffer.from('a string of 26 characters.\0');
const pair = new Int32Array(2);
const compare = () => 0;

const own = host(libc, compare);
const callback = new JSCallback(compare, { args: ['ptr', 'ptr'], returns: 'i32' });
const { symbols } = dlopen(libc, {
  abs: { args: ['i32'], returns: 'i32' },
  llabs: { args: ['i64'], returns: 'i64' },
  strlen: { args: ['ptr'], returns: 'u64' },
  qsort: { args: ['ptr', 'u64', 'u64', 'function'] },
  strchr: { args: ['cstring', 'i32'], returns: 'cstring' },
});

/** @typedef {(i: number) => unknown} Work */

/** How many times the host's own call a call may cost: the checks are ours. */
const BUDGET = 12;
/** Here the engine makes the host's call of `abs` a part of the loop around it: there is no call to compare with. */
const isInlined = own.name !== 'koffi';

/**
 * What is called through this package, and through the host.
 *
 * @type {{ name: string, work: Work, host?: Work, unlimited?: boolean }[]}
 */
const rows = [
  { name: 'abs(i32)', work: (i) => symbols.abs(i), host: (i) => own.abs(i), unlimited: isInlined },
  { name: 'llabs(i64)', work: () => symbols.llabs(-5n), host: () => own.llabs(-5n) },
  { name: 'strlen(ptr) of a view', work: () => symbols.strlen(view), host: () => own.strlen(view) },
  {
    name: 'qsort of two: a callback',
    work: () => symbols.qsort(pair, 2, 4, callback),
    host: () => own.sort(pair),
  },
  { name: 'strchr: text, and text back', work: () => symbols.strchr('a string of 26.', 97) },
];

/**
 * Of the processor's time, not of the clock's: what else runs on the machine counts less.
 *
 * @param {Work} work
 * @param {number} ms
 */
function nanoseconds(work, ms) {
  let calls = 0;
  const start = process.cpuUsage();
  let elapsed;
  do {
    for (let i = 0; i < 1000; i++) work(i);
    calls += 1000;
    const { user, system } = process.cpuUsage(start);
    elapsed = user + system;
  } while (elapsed < ms * 1000);
  return (elapsed * 1000) / calls;
}

/** @param {number[]} values */
function median(values) {
  return values.sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
}

const works = rows.flatMap(({ work, host }) => (host === undefined ? [work] : [work, host]));
for (const work of works) {
  nanoseconds(work, 100);
  await new Promise((resolve) => setImmediate(resolve));
}
/** @type {Map<Work, number[]>} */
const samples = new Map(works.map((work) => [work, []]));
for (let round = 0; round < ROUNDS; round++) {
  for (const work of works) {
    samples.get(work)?.push(nanoseconds(work, ROUND_MS));
    // node:ffi of Node 26.10 keeps something of each call until the turn ends, and so makes the next ones slower.
    await new Promise((resolve) => setImmediate(resolve));
  }
}

const engine = ['bun', 'deno', 'node'].find((name) => process.versions[name] !== undefined) ?? '';
console.log(`${engine} ${process.versions[engine]}, ${own.name}`);
for (const { name, work, host, unlimited } of rows) {
  const cost = median(samples.get(work) ?? []);
  const line = `${name.padEnd(28)} ${cost.toFixed(0).padStart(6)} ns`;
  if (host === undefined) {
    console.log(line);
    continue;
  }
  const floor = median(samples.get(host) ?? []);
  const times = cost / floor;
  const isOver = times > BUDGET && unlimited !== true;
  if (isOver) process.exitCode = 1;
  console.log(
    `${line}   ${own.name} ${floor.toFixed(1).padStart(6)} ns ${times.toFixed(1).padStart(6)} ×` +
      (isOver ? `, more than ${BUDGET} ×` : ''),
  );
}
callback.close();
