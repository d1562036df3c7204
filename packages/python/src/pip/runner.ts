/** Starts pip in a process of its own, without input, and keeps what it says. */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { NogilError } from '@nogil/abi';
import type { PythonInstallation } from '../installation.js';
import type { Environment } from '../platform.js';

/** How pip is started. */
export interface PipStart {
  readonly python: PythonInstallation;
  /** Behind `python -m pip`. */
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Environment;
  readonly signal: AbortSignal;
}

/**
 * Runs pip to its end.
 *
 * @returns what it wrote to standard output; empty where that went elsewhere
 * @throws what is wrong, unless it ended with 0
 */
export type PipRunner = (start: PipStart) => Promise<string>;

/** How many lines an error shows. */
const TAIL = 20;

/**
 * A runner for programs.
 *
 * @param onOutput - called with each line of standard output and standard error, from this thread
 */
export function background(onOutput: (line: string) => void = () => undefined): PipRunner {
  return async ({ python, args, cwd, env, signal }) => {
    signal.throwIfAborted();
    const child = spawn(python.executable, ['-m', 'pip', ...args], {
      cwd,
      env: { ...env, PYTHONIOENCODING: 'utf-8' },
      stdio: ['ignore', 'pipe', 'pipe'],
      windowsHide: true,
    });
    // At an interrupt pip takes back what it began; Windows knows no such signal for a process without a window.
    const stop = (): void => {
      child.kill(process.platform === 'win32' ? 'SIGTERM' : 'SIGINT');
    };
    signal.addEventListener('abort', stop, { once: true });
    const output: string[] = [];
    const tail: string[] = [];
    const hear = (line: string): void => {
      tail.push(line);
      if (tail.length > TAIL) tail.shift();
      onOutput(line);
    };
    createInterface({ input: child.stderr, crlfDelay: Infinity }).on('line', hear);
    createInterface({ input: child.stdout, crlfDelay: Infinity }).on('line', (line) => {
      output.push(line);
      hear(line);
    });
    try {
      const ending = await new Promise<string | undefined>((resolve, reject) => {
        child.once('error', reject);
        child.once('close', (code, by) => {
          const how = by === null ? `ended with exit code ${code ?? '?'}` : `was ended by ${by}`;
          resolve(code === 0 ? undefined : how);
        });
      });
      signal.throwIfAborted();
      if (ending !== undefined) throw failed(python, args, `${ending}:\n${tail.join('\n')}`);
    } finally {
      signal.removeEventListener('abort', stop);
    }
    return output.map((line) => `${line}\n`).join('');
  };
}

/**
 * The error for a pip that did not do what it was asked for.
 *
 * @param python - the environment's
 * @param args - as it was started
 * @param what - the rest of the sentence, and what it said
 */
export function failed(
  python: PythonInstallation,
  args: readonly string[],
  what: string,
): NogilError {
  return new NogilError('PIP_FAILED', `pip ${args.join(' ')} in ${python.prefix} ${what}`);
}
