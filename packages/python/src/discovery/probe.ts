/**
 * Asks one candidate what it is: one spawn, one JSON answer, ten seconds. Everything a candidate can do
 * instead of answering (missing, a folder, hanging, crashing, printing something else) becomes a
 * refusal with a remedy here, never an exception.
 */
import fs from 'node:fs';
import path from 'node:path';
import { readBinaryHeader } from '../binary-header.js';
import type { Refusal } from '../installation.js';
import { executableInPrefix, type Environment, type Host } from '../platform.js';
import { parseProbeAnswer, type ProbeAnswer } from './probe-answer.js';
import { probeMarker, probeProgram } from './probe-program.js';

/** How long a candidate may think, in milliseconds. */
export const probeTimeout = 10_000;

const installRemedy = 'Install one with `npx nogil python install`.';

/** What came of asking. */
export type ProbeResult =
  | { readonly answer: ProbeAnswer; readonly refusal?: undefined }
  | { readonly answer?: undefined; readonly refusal: Refusal };

/**
 * Asks a candidate to describe itself.
 *
 * @param host - the machine this process runs on
 * @param file - absolute path of the program
 * @param env - environment for the program; `PYTHON*` settings are ignored (`-E`)
 * @param cwd - working directory, which pyenv's shims look at
 * @param timeout - in milliseconds
 * @returns the answer, or why there is none
 */
export function probe(
  host: Host,
  file: string,
  env: Environment,
  cwd: string,
  timeout = probeTimeout,
): ProbeResult {
  const refusal = inspectFile(host, file);
  if (refusal !== undefined) {
    return { refusal };
  }
  const options = {
    cwd,
    env: probeEnvironment(env),
    encoding: 'utf8' as const,
    stdio: ['ignore', 'pipe', 'pipe'] as ['ignore', 'pipe', 'pipe'],
    timeout,
    killSignal: 'SIGKILL' as const,
    maxBuffer: 1 << 20,
    windowsHide: true,
    // Its own process group, so that what a hanging wrapper script started dies with it.
    detached: host.platform !== 'win32',
  };
  // Here: most programs have an answer from before, and would load it for nothing.
  const { spawnSync } = process.getBuiltinModule('node:child_process');
  const result = spawnSync(file, ['-E', '-B', '-c', probeProgram], options);
  const failure = result.error as NodeJS.ErrnoException | undefined;
  if (failure !== undefined) {
    if (host.platform !== 'win32' && result.pid > 0) {
      killGroup(result.pid);
    }
    return { refusal: spawnRefusal(file, failure, result.stdout, timeout) };
  }
  if (result.status !== 0) {
    return { refusal: crashRefusal(result.status, result.signal, result.stderr) };
  }
  const start = result.stdout.lastIndexOf(probeMarker);
  const text = start < 0 ? undefined : result.stdout.slice(start + probeMarker.length);
  const answer = text === undefined ? undefined : parseProbeAnswer(text);
  if (answer === undefined) {
    return { refusal: garbageRefusal(result.stdout) };
  }
  return { answer };
}

/** What the file itself already tells, without starting it. */
function inspectFile(host: Host, file: string): Refusal | undefined {
  const stats = fs.statSync(file, { throwIfNoEntry: false });
  if (stats === undefined) {
    const link = fs.lstatSync(file, { throwIfNoEntry: false })?.isSymbolicLink() === true;
    return link
      ? {
          reason: `is a symbolic link to ${fs.readlinkSync(file)}, which no longer exists`,
          remedy: 'Recreate the virtual environment or link; the Python it was made from is gone.',
        }
      : { reason: 'does not exist', remedy: 'Give the path of a Python program that exists.' };
  }
  if (stats.isDirectory()) {
    const inside = executableInPrefix(host, file);
    return {
      reason: 'is a folder, not a Python program',
      remedy:
        inside === undefined
          ? 'Give the path of the Python program itself, for example /usr/bin/python3.'
          : `Give the program inside it: ${inside}`,
    };
  }
  try {
    fs.accessSync(file, fs.constants.X_OK);
  } catch {
    return {
      reason: 'is not executable by this user',
      remedy: `Give the path of a Python program, or make this one executable: chmod +x ${file}`,
    };
  }
  return foreignProgram(host, file);
}

/** Without this, the C library would try to run a foreign program as a shell script. */
function foreignProgram(host: Host, file: string): Refusal | undefined {
  const header = readableHeader(file);
  if (header === undefined || header.architectures.includes(host.arch)) {
    return undefined;
  }
  const found = header.architectures.join(' and ');
  return {
    reason: `is a program for ${found}, and this process is ${host.arch}`,
    remedy: `Use a Python for ${host.arch}, or a JavaScript runtime for ${found}. ${installRemedy}`,
  };
}

function readableHeader(file: string): ReturnType<typeof readBinaryHeader> {
  try {
    return readBinaryHeader(file);
  } catch (error) {
    // An executable that may not be read can still be run, and then speaks for itself.
    if ((error as NodeJS.ErrnoException).code === 'EACCES') {
      return undefined;
    }
    throw error;
  }
}

function probeEnvironment(env: Environment): NodeJS.ProcessEnv {
  // -E does not cover these two: the first makes a macOS Python believe it is another program, the
  // second replaces its build configuration.
  const ignored = ['__PYVENV_LAUNCHER__', '_PYTHON_SYSCONFIGDATA_NAME'];
  return Object.fromEntries(Object.entries(env).filter(([name]) => !ignored.includes(name)));
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') {
      throw error;
    }
  }
}

function spawnRefusal(
  file: string,
  failure: NodeJS.ErrnoException,
  stdout: string | null,
  timeout: number,
): Refusal {
  switch (failure.code) {
    case 'ETIMEDOUT':
      return {
        reason: `did not answer within ${timeout / 1000} s and was stopped`,
        remedy: `See what it does: ${file} -c "import sys; print(sys.version)". ${installRemedy}`,
      };
    case 'ENOBUFS':
      return garbageRefusal(stdout ?? '');
    case 'ENOENT':
      return {
        reason: 'is a script whose interpreter (its first line) does not exist',
        remedy: `Repair its first line, or give the path of a Python program. ${installRemedy}`,
      };
    default:
      return {
        reason: `cannot be started: ${failure.message}`,
        remedy: `Give the path of a Python program. ${installRemedy}`,
      };
  }
}

function crashRefusal(status: number | null, signal: string | null, stderr: string): Refusal {
  const how = signal === null ? `exit code ${status ?? 'unknown'}` : `signal ${signal}`;
  const last = quote(stderr.trim().split('\n').at(-1) ?? '');
  return {
    reason: `ended with ${how} instead of describing itself${last === '' ? '' : `: ${last}`}`,
    remedy: /libpython[^ ]*: cannot open shared object file/.test(stderr)
      ? `It does not find its own library: reinstall it. ${installRemedy}`
      : `Repair or reinstall it. ${installRemedy}`,
  };
}

function garbageRefusal(stdout: string): Refusal {
  const start = quote(stdout.trim());
  return {
    reason:
      start === ''
        ? 'printed nothing where a Python would have described itself'
        : `is not a Python: it printed ${start}`,
    remedy: `Give the path of a Python program. ${installRemedy}`,
  };
}

function quote(text: string): string {
  const clean = text.replace(/[\p{Cc}\s]+/gu, ' ');
  return clean === '' ? '' : `"${clean.length > 120 ? `${clean.slice(0, 120)}…` : clean}"`;
}

/**
 * Tells candidates apart without starting them: the same file in the same folder is the same Python. The
 * folder counts because a virtual environment's program is only a link to that of its base.
 */
export function candidateKey(file: string): string {
  const real = (name: string): string => (fs.existsSync(name) ? fs.realpathSync(name) : name);
  return `${real(path.dirname(file))}\0${real(file)}`;
}
