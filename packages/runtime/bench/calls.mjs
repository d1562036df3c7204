// @ts-check
// What a call costs, as ratios within one run: `npm run nx -- bench nogil`.
//
// The floor is one empty crossing: through the door, attach, detach, back. Rounds of all rows alternate, so
// that a machine that slows down slows all of them; the figure is the median of the rounds.
import { loadCore } from '@nogil/abi';
import { NG_OPERATION_NOTHING } from '@nogil/abi/constants';
import { python } from 'nogil';

const ROUNDS = 15;
const ROUND_MS = 40;

const core = loadCore();
const { version, freeThreaded } = python.info();
const { arena } = core.open();
const words = new Uint32Array(arena);

/** The empty operation, in the last frame of the arena, where the runtime's own never come. */
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
const sqrt = math.sqrt;
const add = python.run('def add(a, b):\n    return a + b\nadd');
const echo = python.eval('lambda value: value');
const object = python.run('class Thing:\n    size = 1\nThing()');
// Python calls JavaScript: a thousand times for each crossing, which so costs next to nothing.
const often = python.run(`
def often(work):
    exec("def run(x, f):\\n for i in range(1000):\\n  " + work, names := {})
    return names["run"]
often`);
class Point {
  x = 1;
  add(by) {
    return by;
  }
}
const point = new Point();
const back = (i) => i;
const [loop, calls, gets, methods] = ['pass', 'f(i)', 'x.x', 'x.add(i)'].map((work) => often(work));
const numbers = Array.from({ length: 1000 }, (_, i) => i);

/** @type {[string, (i: number) => unknown][]} */
const rows = [
  ['empty crossing', nothing],
  ['sqrt(2.5), bound', () => sqrt(2.5)],
  ['add(i, 2.5), bound', (i) => add(i, 2.5)],
  ['math.sqrt(2.5)', () => math.sqrt(2.5)],
  ['object.size', () => object.size],
  ['echo of 11 characters', () => echo('hello world')],
  ['echo of 10 000 characters', () => echo('hello world'.repeat(910))],
  ['1 000 numbers to a list', () => echo(numbers).destroy()],
  ['1 000 turns of a loop', () => loop(point, back)],
  ['1 000 × f(i) in JavaScript', () => calls(point, back)],
  ['1 000 × x.x in JavaScript', () => gets(point, back)],
  ['1 000 × x.add(i), JavaScript', () => methods(point, back)],
];

/** @param {(i: number) => unknown} work @param {number} ms */
function nanoseconds(work, ms) {
  let calls = 0;
  const start = performance.now();
  let elapsed;
  do {
    for (let i = 0; i < 100; i++) work(i);
    calls += 100;
    elapsed = performance.now() - start;
  } while (elapsed < ms);
  return (elapsed * 1e6) / calls;
}

/** @param {number[]} values */
function median(values) {
  return values.sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
}

for (const [, work] of rows) nanoseconds(work, 100);
/** @type {number[][]} */
const samples = rows.map(() => []);
for (let round = 0; round < ROUNDS; round++) {
  for (const [index, [, work]] of rows.entries()) samples[index]?.push(nanoseconds(work, ROUND_MS));
}
const medians = samples.map(median);
const floor = medians[0] ?? NaN;
console.log(`Node ${process.versions.node}, Python ${version}${freeThreaded ? 't' : ''}`);
for (const [index, [name]] of rows.entries()) {
  const figure = medians[index] ?? NaN;
  console.log(
    `${name.padEnd(28)} ${figure.toFixed(0).padStart(8)} ns  ${(figure / floor).toFixed(2).padStart(7)} x`,
  );
}
