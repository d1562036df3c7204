// @ts-check
import { spawn } from 'node:child_process';
import path from 'node:path';
import { Failure } from '../failure.mjs';
import { run } from '../run.mjs';

/**
 * A scenario, as `nogil-stress --list --json` tells it; the bits of `flags` are ng_scenario_flags of
 * native/test/stress.h.
 *
 * @typedef {object} Scenario
 * @property {string} name
 * @property {string} guard
 * @property {number} flags
 * @property {number} exitCode - what its process must end with
 * @property {string} description
 */

/**
 * What a report says of anything that ran.
 *
 * @typedef {object} Outcome
 * @property {string} name
 * @property {boolean} passed
 * @property {string} output - of what failed
 */

/**
 * @typedef {object} Ran
 * @property {Scenario} scenario
 * @property {string} python - its name; '-' for a scenario that needs none
 * @property {number} rounds
 * @property {number} ms
 * @property {string} seed
 * @property {string} replay - the command that runs it again
 *
 * @typedef {Outcome & Ran} Result
 */

const ONCE = 1;
const FREE_THREADED = 4;
const NO_PYTHON = 8;
const SEEDED = 16;
const BESIDE = 64;

/** How long a process may take beyond its scenario's time before its own watchdog ends it, in seconds. */
const usualGrace = 30;

/**
 * The program of a build.
 * @param {string} core - the built nogil.node
 */
export function stressProgram(core) {
  return path.join(
    path.dirname(core),
    process.platform === 'win32' ? 'nogil-stress.exe' : 'nogil-stress',
  );
}

/**
 * The scenarios of a build that `guard` and `scenario` choose, without those that fail on purpose.
 *
 * @param {string} program
 * @param {{ guard?: string | undefined, scenario?: string | undefined }} choice
 * @returns {Promise<Scenario[]>}
 * @throws {Failure} when nothing is left
 */
export async function listScenarios(program, { guard, scenario }) {
  const { code, stdout, stderr } = await run(program, ['--list', '--json'], { output: 'capture' });
  if (code !== 0) throw new Failure(`${program} --list: exit ${code}\n${stderr}`);
  /** @type {Scenario[]} */
  const all = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  const chosen = all.filter(
    ({ name, guard: own, flags }) =>
      (flags & SEEDED) === 0 &&
      (guard === undefined || own === guard) &&
      (scenario === undefined || name === scenario),
  );
  if (chosen.length > 0) return chosen;
  throw new Failure(`No scenario is called so: ${scenario ?? ''} ${guard ?? ''}`, {
    next: [
      `guards: ${[...new Set(all.map((each) => each.guard))].join(', ')}`,
      `scenarios: ${all.map((each) => each.name).join(', ')}`,
    ],
  });
}

/**
 * Whether a scenario means anything on a Python.
 * @param {Scenario} scenario
 * @param {{ freeThreaded: boolean }} python
 * @param {number} index - of the Python: a scenario without Python runs with the first one only
 */
export function applies({ flags }, { freeThreaded }, index) {
  if ((flags & NO_PYTHON) !== 0) return index === 0;
  return (flags & FREE_THREADED) === 0 || freeThreaded;
}

/**
 * Whether a scenario is about something that its guard's canary leaves whole.
 * @param {Scenario} scenario
 */
export function isBeside({ flags }) {
  return (flags & BESIDE) !== 0;
}

/**
 * Whether a scenario found something: a hang that the watchdog or we had to end says nothing.
 * @param {Result} result
 */
export function noticed({ passed, output }) {
  return !passed && !/ hung: |: it hung$/m.test(output);
}

/**
 * Runs a scenario: one process, or, where each does its work once, one after the other until the time
 * is up, with seeds that count up.
 *
 * @param {string} program
 * @param {Scenario} scenario
 * @param {import('./pythons.mjs').Python} python
 * @param {{ seconds: number, seed: bigint, threads?: number | undefined, grace?: number }} options
 *   `grace` in seconds, 30 by default
 * @returns {Promise<Result>}
 */
export async function runScenario(
  program,
  scenario,
  python,
  { seconds, seed, threads, grace = usualGrace },
) {
  const begin = performance.now();
  const once = (scenario.flags & ONCE) !== 0;
  let rounds = 0;
  for (let own = seed; ; own += 1n) {
    const args = ['--scenario', scenario.name, '--seed', String(own), '--seconds', String(seconds)];
    args.push('--library', python.library, '--executable', python.executable);
    if (threads !== undefined) args.push('--threads', String(threads));
    const outcome = await runBounded(
      program,
      [...args, '--grace', String(grace), '--json'],
      { ...process.env, ...python.env },
      (seconds + grace * 2) * 1000,
    );
    const passed = outcome.code === scenario.exitCode;
    // A scenario that ends its process itself says nothing at its end.
    rounds += /"rounds":(\d+)/.test(outcome.stdout) ? Number(RegExp.$1) : 1;
    const ms = performance.now() - begin;
    if (!passed || !once || ms >= seconds * 1000) {
      const settings = Object.entries(python.env).map((pair) => pair.join('='));
      const name = (scenario.flags & NO_PYTHON) !== 0 ? '-' : python.name;
      return {
        name: `${scenario.name} ${name}`,
        scenario,
        python: name,
        passed,
        rounds,
        ms: Math.round(ms),
        seed: String(own),
        output: passed ? '' : `${outcome.stdout}${outcome.stderr}${outcome.why}`.trim(),
        replay: [...settings, program, ...args].join(' '),
      };
    }
  }
}

/**
 * Runs a program that is ended when it takes longer than it may.
 *
 * @param {string} program
 * @param {string[]} args
 * @param {NodeJS.ProcessEnv} env
 * @param {number} bound - milliseconds
 * @returns {Promise<{ code: number | null, stdout: string, stderr: string, why: string }>}
 */
function runBounded(program, args, env, bound) {
  const child = spawn(program, args, { env, stdio: ['ignore', 'pipe', 'pipe'], windowsHide: true });
  let stdout = '';
  let stderr = '';
  let late = false;
  child.stdout.setEncoding('utf8').on('data', (text) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text) => (stderr += text));
  const timer = setTimeout(() => {
    late = true;
    child.kill('SIGKILL');
  }, bound);
  return new Promise((resolve) => {
    child.on('error', (error) => {
      clearTimeout(timer);
      resolve({ code: null, stdout, stderr, why: `\n${error.message}` });
    });
    // Not 'close': a process that the scenario left behind may hold the pipes open.
    child.on('exit', (code, signal) => {
      clearTimeout(timer);
      setImmediate(() => {
        child.stdout.destroy();
        child.stderr.destroy();
        const ended = signal === null ? `\nexit code ${code}` : `\nended by ${signal}`;
        const why = late ? `\nended after ${Math.round(bound / 1000)} s: it hung` : ended;
        resolve({ code, stdout, stderr, why });
      });
    });
  });
}

/**
 * Shows that a build reports faults: runs one that is made on purpose.
 *
 * @param {string} program
 * @param {number} seed - see native/test/scenarios/seeded_fault.c
 * @param {string} expected - what the report must say, beside the name of that file
 * @param {import('./pythons.mjs').Python} python - runs beside it
 * @throws {Failure} when the fault goes unnoticed
 */
export async function checkSeededFault(program, seed, expected, python) {
  const args = ['--scenario', 'seeded_fault', '--seed', String(seed), '--grace', '60'];
  args.push('--library', python.library, '--executable', python.executable);
  const env = { ...process.env, ...python.env };
  const { code, stderr } = await run(program, args, { output: 'capture', env });
  if (code !== 0 && stderr.includes(expected) && stderr.includes('seeded_fault.c')) return;
  throw new Failure(`A fault made on purpose was not reported (exit code ${code}).`, {
    tried: [`${program} ${args.join(' ')}`, `expected its report to say: ${expected}`],
    next: ['until it is, silence of this build about anything else means nothing'],
  });
}
