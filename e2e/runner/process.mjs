// @ts-check
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { commandLine } from './engines.mjs';

/** @typedef {import('./check.mjs').Outcome} Outcome */
/** @typedef {import('./matrix.mjs').Run} Run */

/** How long children of a process may keep its output open after it ended. */
const STRAYS_MS = 5000;

const posix = process.platform !== 'win32';
const launcher = fileURLToPath(new URL('../programs/launch.mjs', import.meta.url));

/** Processes that run now, each the leader of its group, and their folders. @type {Map<number, string>} */
const running = new Map();

/** Ends every process that runs now, for a runner that is itself about to end. */
export function endAll() {
  for (const pid of running.keys()) signalGroup(pid, 'SIGKILL');
  for (const directory of running.values()) remove(directory);
}

/**
 * Runs a check's program in a process and a working folder of its own, and judges it before the folder
 * is removed.
 *
 * @param {Run} run
 * @returns {Promise<{ outcome: Outcome, problem: string | undefined }>}
 */
export async function execute(run) {
  const directory = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'nogil-e2e-')));
  try {
    const outcome = await observe(run, directory);
    return { outcome, problem: judge(run, outcome) };
  } finally {
    remove(directory);
  }
}

/** @param {string} directory */
function remove(directory) {
  rmSync(directory, { recursive: true, force: true, maxRetries: 5 });
}

/**
 * @param {Run} run
 * @param {Outcome} outcome
 */
function judge({ check }, outcome) {
  if (outcome.late) return `still running after ${check.deadline} ms`;
  if (outcome.strays) return 'left processes behind that kept its output open';
  if (outcome.signal !== null && check.signal === undefined) return `ended by ${outcome.signal}`;
  return check.problem(outcome);
}

/**
 * @param {Run} run
 * @param {string} directory
 * @returns {Promise<Outcome>}
 */
function observe({ check, place, engine, python }, directory) {
  const started = performance.now();
  const parameters = [place, check.program, ...check.parameters];
  const command = [
    ...(python.launcher ?? []),
    engine.program,
    ...commandLine(engine, launcher, parameters, check),
  ];
  const child = spawn(command[0] ?? '', command.slice(1), {
    cwd: directory,
    env: environment({ ...python.environment, ...check.environment }, python.executable),
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: posix, // a group of its own, as a terminal gives it: Ctrl-C and the deadline reach all of it
  });
  const pid = child.pid;
  if (pid === undefined) {
    return new Promise((_, reject) => child.once('error', reject));
  }
  running.set(pid, directory);
  stayInBackground(pid);
  return new Promise((resolve) => {
    let stdout = '';
    let stderr = '';
    let ready = Infinity;
    let ended = Infinity;
    let late = false;
    let strays = false;
    const deadline = setTimeout(() => {
      late = true;
      signalGroup(pid, 'SIGKILL');
    }, check.deadline);
    /** @type {NodeJS.Timeout | undefined} */
    let patience;
    child.stdout.setEncoding('utf8').on('data', (/** @type {string} */ text) => {
      stdout += text;
      if (ready !== Infinity || !/^ready$/m.test(stdout)) return;
      ready = performance.now();
      if (check.signal !== undefined) signalGroup(pid, check.signal);
    });
    child.stderr.setEncoding('utf8').on('data', (/** @type {string} */ text) => {
      stderr += text;
    });
    child.once('exit', () => {
      ended = performance.now();
      clearTimeout(deadline);
      patience = setTimeout(() => {
        strays = true;
        signalGroup(pid, 'SIGKILL');
      }, STRAYS_MS);
    });
    child.once('close', (code, signal) => {
      clearTimeout(patience);
      running.delete(pid);
      resolve({
        code,
        signal,
        stdout,
        stderr,
        milliseconds: Math.round(ended - started),
        sinceReady: ready === Infinity ? Infinity : Math.round(ended - ready),
        late,
        strays,
        read: (name) => readIfThere(path.join(directory, name)),
      });
    });
  });
}

/**
 * This process's environment without what would steer Python, Node or nogil.
 *
 * @param {Readonly<Record<string, string | undefined>>} changes
 * @param {string} executable
 */
function environment(changes, executable) {
  const kept = Object.entries(process.env).filter(
    ([name]) => !/^(PYTHON|NOGIL_|NODE_|LC_|LANG|VIRTUAL_ENV|CONDA_|LD_PRELOAD)/.test(name),
  );
  return { ...Object.fromEntries(kept), LANG: 'C.UTF-8', NOGIL_PYTHON: executable, ...changes };
}

/**
 * @param {number} pid
 * @param {NodeJS.Signals} signal
 */
function signalGroup(pid, signal) {
  try {
    process.kill(posix ? -pid : pid, signal);
  } catch (error) {
    // It ended by itself in the meantime.
    if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'ESRCH') throw error;
  }
}

/**
 * Linux shares the processors out among sessions first (autogroups, sched(7)), and the process has one of its own:
 * without this, `nice` of a soak would count for nothing.
 *
 * @param {number} pid
 */
function stayInBackground(pid) {
  const nice = os.getPriority();
  if (process.platform !== 'linux' || nice <= 0) return;
  try {
    writeFileSync(`/proc/${pid}/autogroup`, `${nice}`);
  } catch (error) {
    // A kernel without autogroups, or the process has ended.
    if (!/^(ENOENT|ESRCH)$/.test(`${/** @type {NodeJS.ErrnoException} */ (error).code}`))
      throw error;
  }
}

/** @param {string} file */
function readIfThere(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === 'ENOENT') return undefined;
    throw error;
  }
}
