// @ts-check
// Rows of whole processes: how long one takes from its start to its end with a first call in between, and what it
// occupies; and what each of many objects occupies.
import { spawn } from 'node:child_process';
import { Lane } from './lane.mjs';

/** @typedef {import('./columns.mjs').Column} Column */
/** @typedef {import('./lane.mjs').Program} Program */
/** @typedef {import('./rounds.mjs').Cell} Cell */
/** @typedef {import('../rows/rows.mjs').Row} Row */

/** What `node -e 0` and `python -c pass` occupy: programs of one line that tell it on descriptor 3. */
const EMPTY_NODE = `require('fs').writeSync(3, JSON.stringify({ megabytes: process.memoryUsage.rss() / 2 ** 20 }))`;
const EMPTY_PYTHON = `
import os, re
kibibytes = int(re.search(r"VmRSS:\\s+(\\d+)", open("/proc/self/status").read()).group(1))
os.write(3, b'{"megabytes": %f}' % (kibibytes / 1024))
`;

/**
 * @param {readonly Column[]} columns
 * @param {number} rounds
 * @param {(text: string) => void} say
 * @returns {Promise<{ start: Map<string, Cell>, resident: Map<string, Cell> }>} by column
 */
export async function measureStarts(columns, rounds, say) {
  const start = new Map();
  const resident = new Map();
  const able = columns.filter(({ once }) => once.length > 0);
  for (const { key } of able) {
    start.set(key, { samples: [] });
    resident.set(key, { samples: [] });
  }
  for (let round = 0; round < rounds; round++) {
    say(`starts, round ${round + 1} of ${rounds}`);
    for (const column of able) {
      const [time, memory] = [start.get(column.key), resident.get(column.key)];
      try {
        const sums = await runAll(column.once);
        time.samples.push(sums.milliseconds);
        const { megabytes } = column.role === 'floor' ? await runAll(empty(column.once)) : sums;
        if (megabytes > 0) memory.samples.push(megabytes);
      } catch (error) {
        time.problem = memory.problem = error instanceof Error ? error.message : String(error);
        say(`${column.key}, start: ${time.problem}`);
      }
    }
  }
  return { start, resident };
}

/**
 * @param {readonly Program[]} programs - `-e 0` and `-c pass`
 * @returns {Program[]} the same, telling their memory
 */
function empty(programs) {
  return programs.map((program) => ({
    ...program,
    args: program.args[0] === '-e' ? ['-e', EMPTY_NODE] : ['-c', EMPTY_PYTHON],
  }));
}

/** @param {readonly Program[]} programs */
async function runAll(programs) {
  const sums = { milliseconds: 0, megabytes: 0 };
  for (const program of programs) {
    const { milliseconds, megabytes } = await runOnce(program);
    sums.milliseconds += milliseconds;
    sums.megabytes += megabytes;
  }
  return sums;
}

/**
 * @param {Program} program
 * @returns {Promise<{ milliseconds: number, megabytes: number }>}
 * @throws Error when it fails
 */
function runOnce({ command, args, env }) {
  const began = performance.now();
  const child = spawn(command, args, { env, stdio: ['ignore', 'ignore', 'pipe', 'pipe'] });
  let told = '';
  let stderr = '';
  child.stdio[3]?.on('data', (text) => (told += text));
  child.stderr?.on('data', (text) => (stderr += text));
  return new Promise((resolve, reject) => {
    let milliseconds = 0;
    child.on('error', reject);
    child.on('exit', () => (milliseconds = performance.now() - began));
    child.on('close', (code, signal) => {
      if (code !== 0)
        reject(new Error(`ended with ${signal ?? code}: ${stderr.trim().slice(-200)}`));
      else resolve({ milliseconds, megabytes: told === '' ? 0 : JSON.parse(told).megabytes });
    });
  });
}

/**
 * @param {readonly Row[]} rows - of kind `kept`
 * @param {readonly Column[]} columns
 * @param {number} rounds
 * @param {(text: string) => void} say
 * @returns {Promise<Map<string, Map<string, Cell>>>} by row, by column
 */
export async function measureKept(rows, columns, rounds, say) {
  /** @type {Map<string, Map<string, Cell>>} */
  const cells = new Map(rows.map(({ id }) => [id, new Map()]));
  for (let round = 0; round < rounds; round++) {
    say(`memory, round ${round + 1} of ${rounds}`);
    for (const { key, keep } of columns) {
      if (keep === undefined) continue;
      for (const { id } of rows) {
        // A process of its own: what one row has filled another would find free.
        const lane = new Lane(keep);
        const answer = await lane.ask({ keep: id });
        await lane.close();
        if (answer.unsupported === true) continue;
        const own = cells.get(id);
        const cell = own?.get(key) ?? { samples: [] };
        own?.set(key, cell);
        if (typeof answer.bytes === 'number') cell.samples.push(answer.bytes);
        else cell.problem = String(answer.problem);
      }
    }
  }
  return cells;
}
