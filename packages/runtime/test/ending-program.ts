import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

import { afterEach } from 'vitest';

/** The package as it is built, for `import`. */
export const entry = pathToFileURL(join(import.meta.dirname, '../dist/index.js')).href;

/** What every program begins with: an atexit callback, and text that is buffered. */
const PRELUDE = `
  import { Worker } from 'node:worker_threads';
  import { python } from ${JSON.stringify(entry)};
  const ready = () => process.stderr.write('ready\\n');
  python.run(\`
import atexit, sys, time, os
atexit.register(lambda: sys.stdout.write("atexit\\\\n"))
sys.stdout.write("buffered\\\\n")
def ready():
    os.write(2, b"ready\\\\n")
\`);
`;
export const NOTHING_LOST = 'buffered\natexit\n';

/** What its parent sees of a process that ended. */
export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

const running = new Set<ChildProcess>();
afterEach(() => {
  for (const child of running) child.kill('SIGKILL');
});

/** Runs a program that used Python already; `whenReady` is called once it has said so. */
export function ends(
  program: string,
  whenReady?: (child: ChildProcess) => void,
  env?: NodeJS.ProcessEnv,
): Promise<Ended> {
  return endsFromScratch(PRELUDE + program, whenReady, env);
}

/** The same without anything before the program. */
export function endsFromScratch(
  program: string,
  whenReady: (child: ChildProcess) => void = () => undefined,
  env: NodeJS.ProcessEnv = {},
): Promise<Ended> {
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
    env: { ...process.env, PYTHONUNBUFFERED: '', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.add(child);
  let stdout = '';
  let stderr = '';
  let told = false;
  child.stdout.on('data', (data: Buffer) => (stdout += data.toString()));
  child.stderr.on('data', (data: Buffer) => {
    stderr += data.toString();
    if (told || !stderr.includes('ready\n')) return;
    told = true;
    whenReady(child);
  });
  return new Promise((resolve) => {
    child.on('close', (code, signal) => {
      running.delete(child);
      resolve({ code, signal, stdout, stderr });
    });
  });
}
