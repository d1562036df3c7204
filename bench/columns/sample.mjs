// @ts-check
// Repeats one piece of work for some milliseconds. tinybench and mitata run all rounds of one piece of work before the
// next, in one process; here each round of each row passes through many processes, so the loop is our own.

/**
 * What a column does for a row.
 * @typedef {object} Work
 * @property {(i: number) => unknown} run - once; a promise where `asynchronous`
 * @property {number} [per] - how many operations that is; default 1
 * @property {boolean} [asynchronous]
 * @property {boolean} [turns] - lets the event loop turn, so that what collectors have queued is done and timed;
 *   makes it a loop of 1 000 at a time
 */

/**
 * The variable that makes synchronous work count the processor time of its thread instead of the time that passes: for
 * machines that do other things. What waits for another thread or process is timed by the clock either way.
 */
export const CLOCK = 'NOGIL_BENCH_CLOCK';

/** Times of the event loop's turn that are few enough not to be what is measured. */
const BETWEEN_TURNS = 1000;
/** A look at the clock takes tens of nanoseconds; a batch of half a millisecond hides it. Such a batch is a slice. */
const BATCH_MS = 0.5;

/**
 * @param {Work} work
 * @returns {(milliseconds: number, sliced: boolean) => Promise<number>} nanoseconds for one operation, over at least that
 *   time; sliced: in the fastest of its slices
 */
export function sampler({ run, per = 1, asynchronous = false, turns = false }) {
  const loop = loopOf(run, asynchronous);
  const now =
    asynchronous || process.env[CLOCK] !== 'processor' ? () => performance.now() : processorTime;
  let batch = turns ? BETWEEN_TURNS : 1;
  return async (milliseconds, sliced) => {
    let calls = 0;
    let elapsed = 0;
    let fastest = Infinity;
    const start = now();
    do {
      const before = elapsed;
      const done = loop(batch, calls);
      if (asynchronous) await done;
      if (turns) await new Promise((resolve) => setImmediate(resolve));
      calls += batch;
      elapsed = now() - start;
      const slice = elapsed - before;
      if (slice >= BATCH_MS) fastest = Math.min(fastest, slice / batch);
      else if (!turns) batch *= 2;
    } while (elapsed < milliseconds);
    const each = sliced && fastest < Infinity ? fastest : elapsed / calls;
    return (each * 1e6) / per;
  };
}

/**
 * A loop of its own for each piece of work. One loop for all would call what the engine cannot know, and cost each of
 * them a few nanoseconds more.
 *
 * @param {(i: number) => unknown} run
 * @param {boolean} asynchronous
 * @returns {(times: number, first: number) => unknown}
 */
function loopOf(run, asynchronous) {
  const [kind, wait] = asynchronous ? ['async ', 'await '] : ['', ''];
  const source = `return ${kind}function loop(times, first) {
    let last;
    for (let i = first, end = first + times; i < end; i++) last = ${wait}run(i);
    return last;
  }`;
  return new Function('run', source)(run);
}

/** @returns {number} milliseconds that this thread has computed */
function processorTime() {
  const { user, system } = threadCpuUsage();
  return (user + system) / 1000;
}

/** @returns {{ user: number, system: number }} microseconds */
function threadCpuUsage() {
  // Newer than the types that Node 20 has: the engines of the tables have it.
  const { threadCpuUsage: ask } = /** @type {any} */ (process);
  return ask();
}
