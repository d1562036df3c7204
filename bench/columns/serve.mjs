// @ts-check
// The process of a column: a line of JSON on stdin is a request, a line on descriptor 3 its answer. What Python and the
// bridges print goes where it always goes.
import { createInterface } from 'node:readline';
import { writeSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { residentBytes } from './resident.mjs';
import { sampler } from './sample.mjs';
import { rowOf } from '../rows/rows.mjs';

/** @typedef {import('./sample.mjs').Work} Work */

/**
 * @typedef {object} Column
 * @property {Record<string, Work | ((i: number) => unknown)>} work - by row; a row that is not here is one the column
 *   cannot do
 * @property {() => unknown} [first] - the first call, of a process that is timed from start to end
 * @property {Record<string, (count: number) => unknown>} [keep] - by row: makes so many and returns what keeps them
 * @property {() => number[]} [processes] - ids of further processes whose memory is the column's
 * @property {() => void} [close] - ends what would keep the process alive
 */

/** What stays in memory although nothing keeps it is the less noticed, the more is kept. */
const KEPT = 200_000;

/**
 * @param {() => Column | Promise<Column>} open - starts Python; is called once
 */
export async function serve(open) {
  const column = await open();
  if (process.argv.includes('--once')) {
    await column.first?.();
    answer({ megabytes: residentBytes(column.processes?.()) / 2 ** 20 });
    column.close?.();
    return;
  }
  const lines = createInterface({ input: process.stdin });
  /** @type {Map<string, ReturnType<typeof sampler>>} */
  const samplers = new Map();
  answer({ ready: true });
  for await (const line of lines) {
    try {
      answer(await handle(column, samplers, JSON.parse(line)));
    } catch (error) {
      answer({ problem: error instanceof Error ? error.message : String(error) });
    }
  }
  column.close?.();
  process.exit(0); // some bridges keep a process alive that has nothing to do
}

/**
 * @param {Column} column
 * @param {Map<string, ReturnType<typeof sampler>>} samplers
 * @param {{ prepare?: string, sample?: string, keep?: string, milliseconds: number, sliced?: boolean }} request
 */
async function handle(column, samplers, { prepare, sample, keep, milliseconds, sliced = false }) {
  if (keep !== undefined) {
    const make = column.keep?.[keep];
    if (make === undefined) return { unsupported: true };
    return { bytes: await bytesOfEach(make) };
  }
  const id = prepare ?? sample ?? '';
  // A sample without preparation is one from a process that another row has ended, and that was started again.
  const measure = samplers.get(id) ?? (await checked(column, id));
  if (measure === undefined) return { unsupported: true };
  samplers.set(id, measure);
  return { nanoseconds: await measure(milliseconds, sliced) };
}

/**
 * The sampler of a row whose work has shown that it does what the row says.
 *
 * @param {Column} column
 * @param {string} id
 */
async function checked(column, id) {
  const work = column.work[id];
  if (work === undefined) return undefined;
  const described = typeof work === 'function' ? { run: work } : work;
  const { result } = rowOf(id);
  const got = await described.run(0);
  if (result !== undefined && !isDeepStrictEqual(got, result)) {
    throw new Error('what comes out is not what the row says');
  }
  return sampler(described);
}

/**
 * @param {(count: number) => unknown} make
 */
async function bytesOfEach(make) {
  const first = make(1000); // code, tables, pools
  await settle();
  const before = residentBytes();
  const kept = make(KEPT);
  await settle();
  const after = residentBytes();
  // Both are used after the last look, or an engine may drop them before it.
  if (first === undefined || kept === undefined) throw new Error('nothing was kept');
  return (after - before) / KEPT;
}

async function settle() {
  for (let i = 0; i < 4; i++) {
    if (typeof globalThis.gc === 'function') globalThis.gc();
    else if (process.versions.bun !== undefined) collectOnBun();
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

function collectOnBun() {
  /** @type {{ Bun?: { gc(force: boolean): void } }} */ (globalThis).Bun?.gc(true);
}

/** @param {object} message */
function answer(message) {
  writeSync(3, `${JSON.stringify(message)}\n`);
}
