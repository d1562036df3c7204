// @ts-check
// What proxies cost, as ratios to an empty crossing, in processor time: `node bench/proxies.mjs`.
import { loadCore } from '@nogil/abi';
import { NG_OPERATION_NOTHING } from '@nogil/abi/constants';
import { python } from 'nogil';

const ROUNDS = 9;
const EACH = 20_000;

const core = loadCore();
const { version, freeThreaded } = python.info();
const { arena } = core.open();
const words = new Uint32Array(arena);
const FRAME = arena.byteLength - 4096;
function nothing() {
  const before = words[0];
  const base = FRAME >> 2;
  words[base] = NG_OPERATION_NOTHING;
  words[base + 2] = 0;
  words[base + 3] = 0;
  words[base + 4] = 4096;
  words[0] = FRAME;
  core.invoke();
  words[0] = before ?? 0;
}

const math = python.import('math');
const make = python.eval('object');
const thing = python.run(`
class Thing:
    def __init__(self): self.items = []
    def method(self, x): return x
Thing()`);
const list = python.eval('[1, 2, 3]');
const objects = python.eval('[object() for _ in range(100)]');

/** @type {[string, (i: number) => unknown][]} */
const rows = [
  ['empty crossing', nothing],
  ['a new object, kept by Python no longer', () => make()],
  ['a new object, destroyed at once', () => make().destroy()],
  ['an object that has a proxy', () => thing.items],
  ['math.sqrt(2.5)', () => math.sqrt(2.5)],
  ['thing.method(i)', (i) => thing.method(i)],
  ['list[1]', () => list[1]],
  ['list.length', () => list.length],
  ['100 objects, iterated (each)', (i) => (i % 100 === 0 ? [...objects] : undefined)],
];

/** @param {(i: number) => unknown} work */
async function nanoseconds(work) {
  const start = process.cpuUsage();
  for (let i = 0; i < EACH; i++) {
    work(i);
    // What is made in one turn of the event loop is kept until its end.
    if (i % 1000 === 999) await new Promise((resolve) => setImmediate(resolve));
  }
  const { user, system } = process.cpuUsage(start);
  return ((user + system) * 1e3) / EACH;
}

/** @type {number[][]} */
const samples = rows.map(() => []);
for (const [, work] of rows) await nanoseconds(work);
for (let round = 0; round < ROUNDS; round++) {
  for (const [index, [, work]] of rows.entries()) samples[index]?.push(await nanoseconds(work));
}
const medians = samples.map((values) => values.sort((a, b) => a - b)[ROUNDS >> 1] ?? NaN);
console.log(`Node ${process.versions.node}, Python ${version}${freeThreaded ? 't' : ''}`);
for (const [index, [name]] of rows.entries()) {
  const figure = medians[index] ?? NaN;
  const ratio = figure / (medians[0] ?? NaN);
  console.log(
    `${name.padEnd(42)} ${figure.toFixed(0).padStart(7)} ns  ${ratio.toFixed(2).padStart(7)} x`,
  );
}
