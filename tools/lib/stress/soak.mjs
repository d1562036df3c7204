// @ts-check
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { conclude } from './round.mjs';

/**
 * A quiet moment between two scenarios: every environment is closed, the collector has run.
 *
 * @typedef {object} Sample
 * @property {number} ms - since the beginning
 * @property {number} resident - bytes
 * @property {number} handlesLive
 * @property {number} environments
 * @property {number} cycle - how often every scenario has had its turn
 * @property {string} scenario - the one before
 */

/** The memory that may come and go, in bytes, and as a part of what there is. */
const SLACK_BYTES = 4 * 1024 * 1024;
const SLACK_PART = 0.03;

/**
 * One process in which the long-running scenarios take turns, for `minutes`. Flat means: at each quiet
 * moment no handle lives and no environment is open; and the median resident size of the last third is at
 * most 4 MiB or 3 %, whichever is more, above that of the middle third. The first third warms up.
 *
 * @param {string} program
 * @param {import('./pythons.mjs').Python[]} pythons
 * @param {number} minutes - for each Python
 * @param {import('./round.mjs').Choice} choice
 * @returns {Promise<number>} the exit code
 */
export async function soak(program, pythons, minutes, choice) {
  const results = [];
  for (const python of pythons) {
    const { code, samples } = await watch(program, python, minutes, choice);
    const passed = code === 0 && isFlat(samples, python.name);
    const output = `exit code ${code}; ${samples.map(describe).join('\n')}`;
    results.push({ name: `soak ${python.name}`, passed, output });
    if (code !== 0) console.log(`FAILED  soak on ${python.name}: exit code ${code}`);
  }
  return conclude('soak', results, []);
}

/**
 * @param {string} program
 * @param {import('./pythons.mjs').Python} python
 * @param {number} minutes
 * @param {import('./round.mjs').Choice} choice
 * @returns {Promise<{ code: number | null, samples: Sample[] }>}
 */
async function watch(program, python, minutes, { guard, seed }) {
  const args = ['--soak', String(minutes * 60), '--seconds', '4', '--seed', String(seed), '--json'];
  args.push('--library', python.library, '--executable', python.executable);
  if (guard !== undefined) args.push('--guard', guard);
  const child = spawn(program, args, {
    env: { ...process.env, ...python.env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  /** @type {Sample[]} */
  const samples = [];
  for await (const line of createInterface({ input: child.stdout })) {
    if (!line.startsWith('{')) continue;
    const sample = JSON.parse(line);
    samples.push(sample);
    console.log(describe(sample));
  }
  const code = child.exitCode ?? (await new Promise((done) => child.on('exit', done)));
  return { code, samples };
}

/** @param {Sample} sample */
function describe({ ms, resident, handlesLive, environments, cycle, scenario }) {
  return (
    `${(ms / 60000).toFixed(1).padStart(6)} min  cycle ${String(cycle).padStart(3)}  ` +
    `${mib(resident)} MiB  ${handlesLive} handles  ${environments} environments  after ${scenario}`
  );
}

/** @param {number} bytes */
function mib(bytes) {
  return (bytes / 1024 / 1024).toFixed(1).padStart(7);
}

/**
 * @param {Sample[]} samples
 * @param {string} name
 */
function isFlat(samples, name) {
  const third = Math.floor(samples.length / 3);
  if (third < 3) {
    console.log(
      `FAILED  soak on ${name}: ${samples.length} samples are too few to say; soak longer`,
    );
    return false;
  }
  const open = samples.filter((sample) => sample.handlesLive > 0 || sample.environments > 0);
  const middle = median(samples.slice(third, 2 * third));
  const last = median(samples.slice(2 * third));
  const allowed = Math.max(SLACK_BYTES, middle * SLACK_PART);
  const grown = last - middle;
  const flat = open.length === 0 && grown <= allowed && middle > 0;
  console.log(
    `${flat ? 'flat   ' : 'FAILED '} soak on ${name}: resident median ${mib(middle)} MiB in the middle third, ` +
      `${mib(last)} MiB in the last (${mib(grown)} MiB more, ${mib(allowed)} allowed); ` +
      `${open.length} of ${samples.length} quiet moments with handles or environments left`,
  );
  return flat;
}

/** @param {Sample[]} samples */
function median(samples) {
  const sorted = samples.map(({ resident }) => resident).sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
