// @ts-check
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Failure } from '../failure.mjs';
import { run } from '../run.mjs';
import { readPart } from './callgrind.mjs';

const SCENARIO = 'core_hot_operations';
const FUNCTION = /^--dump-after=ng_hot_(\w+)$/;
/** ROUNDS of the scenario. */
const ROUNDS = 2000;

/**
 * Instructions of one operation.
 *
 * @typedef {object} Count
 * @property {number} core - the core's own
 * @property {number} python - libpython's, the C library's and the loader's
 */

/** Valgrind's version, or undefined where there is none. */
export async function valgrind() {
  const { code, stdout } = await run('valgrind', ['--version'], { output: 'capture' });
  return code === 0 ? stdout.trim() : undefined;
}

/**
 * Counts the instructions of each hot operation. They depend on compiler and Python, not on what else the machine does.
 *
 * @param {string} program - a nogil-stress
 * @param {import('../stress/pythons.mjs').Python} python
 * @param {string[]} operations - names of the scenario's functions, without `ng_hot_`
 * @returns {Promise<Map<string, Count>>}
 */
export async function countInstructions(program, python, operations) {
  const folder = mkdtempSync(path.join(tmpdir(), 'nogil-instructions-'));
  try {
    // Valgrind lets one thread run at a time: without turns, one that spins keeps the others from what it waits for.
    const options = ['--tool=callgrind', '--fair-sched=yes', '--separate-threads=yes'];
    for (const name of operations) {
      options.push(`--dump-before=ng_hot_${name}`, `--dump-after=ng_hot_${name}`);
    }
    options.push(`--callgrind-out-file=${path.join(folder, 'out')}`);
    const args = ['--scenario', SCENARIO, '--seconds', '600', '--seed', '1'];
    args.push('--library', python.library, '--executable', python.executable);
    const env = { ...process.env, ...python.env, PYTHONHASHSEED: '0' };
    const ran = await run('valgrind', [...options, program, ...args], { env, output: 'capture' });
    if (ran.code !== 0) {
      throw new Failure(`${SCENARIO} under valgrind: exit ${ran.code}\n${ran.stdout}${ran.stderr}`);
    }
    return readCounts(folder, program, operations);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/**
 * @param {string} folder
 * @param {string} program
 * @param {string[]} operations
 */
function readCounts(folder, program, operations) {
  /** @type {Map<string, Count>} */
  const counts = new Map();
  for (const file of readdirSync(folder)) {
    const { trigger, objects } = readPart(readFileSync(path.join(folder, file), 'utf8'));
    const name = FUNCTION.exec(trigger)?.[1];
    if (name === undefined) continue;
    const core = (objects.get(program) ?? 0) / ROUNDS;
    const all = [...objects.values()].reduce((sum, one) => sum + one, 0) / ROUNDS;
    counts.set(name, { core: Math.round(core), python: Math.round(all - core) });
  }
  const missing = operations.filter((name) => !((counts.get(name)?.core ?? 0) > 0));
  if (missing.length > 0) throw new Failure(`nothing was counted for ${missing.join(', ')}`);
  return counts;
}
