// @ts-check
// Whether memory crosses without a copy: `node bench/buffers.mjs` after a build.
//
// Each row is timed for a small and for a large memory; without a copy their ratio is about 1. Rounds of all rows
// alternate, so that a machine that slows down slows all of them; the figure is the median of the rounds.
import { python } from 'nogil';

const ROUNDS = 15;
const ROUND_MS = 30;
const SMALL = 1024;
const LARGE = 8 * 1024 * 1024;

const { version, freeThreaded } = python.info();
const take = python.eval('lambda x: None');
const view = python.eval('lambda x: memoryview(x).nbytes');

/** @param {number} bytes @returns {[string, () => unknown][]} */
function rows(bytes) {
  const array = python.eval(`bytearray(${bytes})`);
  const own = new Float64Array(python.alloc(bytes));
  const shared = new Float64Array(new SharedArrayBuffer(bytes));
  const plain = new Float64Array(bytes / 8);
  return [
    ['Python to JS: getBuffer, release', () => array.getBuffer('u8').release()],
    ['Python to JS: getBuffer, copy', () => array.getBuffer('u8', { copy: true })],
    ['JS to Python: python.alloc', () => view(own)],
    ['JS to Python: SharedArrayBuffer', () => view(shared)],
    ['JS to Python: Float64Array', () => view(plain)],
    ['JS to Python: python.bytes, copy', () => python.bytes(own).destroy()],
  ];
}

/** @param {() => unknown} work */
function nanoseconds(work) {
  let calls = 0;
  const start = performance.now();
  let elapsed;
  do {
    for (let i = 0; i < 5; i++) work();
    calls += 5;
    elapsed = performance.now() - start;
  } while (elapsed < ROUND_MS);
  return (elapsed * 1e6) / calls;
}

/** @param {number[]} values */
function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? NaN;
}

const small = rows(SMALL);
const large = rows(LARGE);
/** @type {Map<string, { small: number[]; large: number[] }>} */
const times = new Map(small.map(([name]) => [name, { small: [], large: [] }]));
take(null);
for (let round = 0; round < ROUNDS; round++) {
  for (const [i, [name, work]] of small.entries()) {
    const [, heavy] = large[i] ?? [];
    times.get(name)?.small.push(nanoseconds(work));
    if (heavy !== undefined) times.get(name)?.large.push(nanoseconds(heavy));
  }
  // Finalizers and messages of this round.
  await new Promise((resolve) => setTimeout(resolve, 5));
}

const host =
  process.versions.bun === undefined ? `Node ${process.version}` : `Bun ${process.versions.bun}`;
console.log(
  `${host}, Python ${version}${freeThreaded ? ' free-threaded' : ''}; microseconds, median of ${ROUNDS}`,
);
for (const [name, each] of times) {
  const [few, many] = [median(each.small) / 1000, median(each.large) / 1000];
  console.log(
    `${name.padEnd(36)} 1 KiB ${few.toFixed(2).padStart(8)}   8 MiB ${many.toFixed(2).padStart(9)}   ratio ${(many / few).toFixed(2)}`,
  );
}
