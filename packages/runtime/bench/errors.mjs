// @ts-check
// What an exception costs, as ratios to a plain call within one run: `node bench/errors.mjs`.
//
// Rounds of all rows alternate, so that a machine that slows down slows all of them; the figure is the median.
import { python } from 'nogil';

const ROUNDS = 15;
const ROUND_MS = 40;

const { version, freeThreaded } = python.info();
const plain = python.eval('lambda: None');
const raises = python.run('def raises():\n    raise KeyError("k")\nraises');
const caught = python.run(`
def caught(f):
    try:
        f()
    except Exception:
        pass
caught`);
const call = python.eval('lambda f: f()');
const thrown = new Error('thrown');
const nothing = () => null;
const throws = () => {
  throw thrown;
};

/** @param {() => unknown} work */
function attempt(work) {
  try {
    work();
  } catch (error) {
    return error;
  }
  return undefined;
}

/** @type {[string, () => unknown][]} */
const rows = [
  ['plain call', () => plain()],
  [
    'new Error, thrown and caught',
    () =>
      attempt(() => {
        throw new Error('x');
      }),
  ],
  ['KeyError to JavaScript, caught', () => attempt(raises)],
  ['… its message read', () => /** @type {Error} */ (attempt(raises)).message],
  ['… its traceback read', () => /** @type {{ traceback: string }} */ (attempt(raises)).traceback],
  ['… its stack read', () => /** @type {Error} */ (attempt(raises)).stack],
  ['Python calls JavaScript', () => caught(nothing)],
  ['… which throws, Python catches', () => caught(throws)],
  ['… through Python to JavaScript', () => attempt(() => call(throws))],
];

/** @param {() => unknown} work @param {number} ms */
function nanoseconds(work, ms) {
  let calls = 0;
  const start = performance.now();
  let elapsed;
  do {
    for (let i = 0; i < 100; i++) work();
    calls += 100;
    elapsed = performance.now() - start;
  } while (elapsed < ms);
  return (elapsed * 1e6) / calls;
}

/** @param {number[]} values */
function median(values) {
  return values.sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
}

const limit = Error.stackTraceLimit;
for (const frames of [limit, 0]) {
  Error.stackTraceLimit = frames;
  for (const [, work] of rows) nanoseconds(work, 100);
  /** @type {number[][]} */
  const samples = rows.map(() => []);
  for (let round = 0; round < ROUNDS; round++) {
    for (const [index, [, work]] of rows.entries()) {
      samples[index]?.push(nanoseconds(work, ROUND_MS));
    }
    await new Promise((resolve) => setImmediate(resolve));
  }
  const medians = samples.map(median);
  const floor = medians[0] ?? NaN;
  console.log(
    `Node ${process.versions.node}, Python ${version}${freeThreaded ? 't' : ''}, Error.stackTraceLimit ${frames}`,
  );
  for (const [index, [name]] of rows.entries()) {
    const figure = medians[index] ?? NaN;
    console.log(
      `${name.padEnd(34)} ${figure.toFixed(0).padStart(8)} ns ${(figure / floor).toFixed(1).padStart(8)} ×`,
    );
  }
}
