// @ts-check
// What containers cost there and back, in microseconds and beside the work of other bridges.
// `node bench/containers.mjs`.
import { python } from 'nogil';

const ROUNDS = 15;
const ROUND_MS = 60;

const echo = python.eval('lambda value: value');
const count = python.eval('len');
const ints = Array.from({ length: 1000 }, (_, i) => i);
const large = Array.from({ length: 1000 }, (_, i) => i * 1_000_000);
const floats = Array.from({ length: 1000 }, (_, i) => i + 0.5);
const strings = Array.from({ length: 1000 }, (_, i) => `item ${i}`);
const tree = Array.from({ length: 40 }, (_, i) => ({
  id: i,
  name: `node ${i}`,
  tags: ['a', 'b'],
  position: { x: i / 3, y: -i },
  active: i % 2 === 0,
}));

const there = (/** @type {unknown} */ value) => () => count(value);
const thereAndBack = (/** @type {unknown} */ value) => () => {
  const list = echo(value);
  const back = list.toJs({ dictConverter: 'object' });
  list.destroy();
  return back;
};
/** @type {[string, () => unknown][]} */
const rows = [
  // What a machine, and its load, make of work that is nobody's here.
  ['yardstick: 1 000 ints through JSON', () => JSON.parse(JSON.stringify(ints))],
  ['yardstick: nested, through JSON', () => JSON.parse(JSON.stringify(tree))],
  ['1 000 ints there', there(ints)],
  ['1 000 ints there and back', thereAndBack(ints)],
  ['1 000 larger ints there and back', thereAndBack(large)],
  ['1 000 floats there and back', thereAndBack(floats)],
  ['1 000 strings there and back', thereAndBack(strings)],
  ['nested, 200 nodes, there', there(tree)],
  ['nested, 200 nodes, there and back', thereAndBack(tree)],
];

/** @param {() => unknown} work @param {number} ms */
function microseconds(work, ms) {
  let calls = 0;
  const start = performance.now();
  const before = process.cpuUsage();
  let elapsed;
  do {
    for (let i = 0; i < 20; i++) work();
    calls += 20;
    elapsed = performance.now() - start;
  } while (elapsed < ms);
  // Processor time: what others do on the machine meanwhile counts as little as it can.
  const { user, system } = process.cpuUsage(before);
  return (user + system) / calls;
}

/** @param {number[]} values */
function median(values) {
  return values.sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
}

for (const [, work] of rows) microseconds(work, 200);
/** @type {number[][]} */
const samples = rows.map(() => []);
for (let round = 0; round < ROUNDS; round++) {
  for (const [index, [, work]] of rows.entries())
    samples[index]?.push(microseconds(work, ROUND_MS));
}
const { version, freeThreaded } = python.info();
console.log(`Node ${process.versions.node}, Python ${version}${freeThreaded ? 't' : ''}`);
for (const [index, [name]] of rows.entries()) {
  console.log(
    `${name.padEnd(36)} ${median(samples[index] ?? [])
      .toFixed(1)
      .padStart(8)} µs`,
  );
}
