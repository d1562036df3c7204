import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, afterEach } from 'vitest';

const program = join(import.meta.dirname, '../bin/nogil.js');

/** What became of a command. */
export interface Outcome {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** How a command is started. */
export interface CommandOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Options of Node. */
  readonly engine?: readonly string[];
  /** Called once, with the process of the command, when `ready` was printed. */
  readonly whenReady?: (child: ChildProcess) => void;
}

const running = new Set<ChildProcess>();
afterEach(() => {
  for (const child of running) child.kill('SIGKILL');
});

/** A folder that goes when the tests of this file are over; and a file in it. */
export function programs(): { folder: string; file: (name: string, text: string) => string } {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'nogil-command-')));
  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  return {
    folder,
    file(name, text) {
      writeFileSync(join(folder, name), text);
      return name;
    },
  };
}

/** Runs `nogil` as it is built. */
export function nogil(args: readonly string[], options: CommandOptions = {}): Promise<Outcome> {
  const { cwd, env = {}, engine = [], whenReady } = options;
  const child = spawn(process.execPath, [...engine, program, ...args], {
    ...(cwd === undefined ? {} : { cwd }),
    env: { ...process.env, PYTHONUNBUFFERED: '1', PYTHON_COLORS: '0', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.add(child);
  let stdout = '';
  let stderr = '';
  let told = false;
  child.stderr.on('data', (data: Buffer) => (stderr += data.toString()));
  child.stdout.on('data', (data: Buffer) => {
    stdout += data.toString();
    if (told || !/^ready\n/m.test(stdout)) return; // unbuffered, the line comes in two parts
    told = true;
    whenReady?.(child);
  });
  return new Promise((resolve) => {
    child.on('close', (code, signal) => {
      running.delete(child);
      resolve({ code, signal, stdout, stderr });
    });
  });
}
