import { type ChildProcess, spawn } from 'node:child_process';

import { NogilError } from '@nogil/abi';

import { ChildEnded, type Ending } from './ending.js';

const posix = process.platform !== 'win32';

/** What a child may want to hear of. On Windows the console tells the child by itself. */
const PASSED_ON: readonly NodeJS.Signals[] = posix
  ? ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGUSR2']
  : ['SIGINT', 'SIGBREAK'];

/** What a terminal sends to the child, too: it would come twice, and the second ends what the first began to tidy up. */
const FROM_TERMINAL: readonly NodeJS.Signals[] = ['SIGINT', 'SIGQUIT'];

/**
 * Stands between whoever signals this process and the child that works for it. While a child runs, signals are the
 * child's; before and after, they abort what this process does itself.
 */
export class Foreground {
  readonly #abort = new AbortController();
  #child: ChildProcess | undefined;
  #received: NodeJS.Signals | undefined;

  constructor() {
    for (const signal of PASSED_ON) process.on(signal, this.#hear);
  }

  /** Aborted by a signal that no child got. */
  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  /** The signal that ended the work of this process. */
  get received(): NodeJS.Signals | undefined {
    return this.#received;
  }

  readonly #hear = (signal: NodeJS.Signals): void => {
    if (this.#child === undefined) {
      this.#received ??= signal;
      this.#abort.abort(new NogilError('ABORTED', `ended by ${signal}`));
      return;
    }
    const { stdin, stdout, stderr } = process;
    const typed = stdin.isTTY || stdout.isTTY || stderr.isTTY;
    if (posix && !(typed && FROM_TERMINAL.includes(signal))) this.#child.kill(signal);
  };

  /**
   * Runs a program with this process's standard streams.
   *
   * @param program - a path
   * @param args - reach it as they are
   * @param options - working directory and environment; this process's when left out
   * @throws ChildEnded unless it ends with 0; what `spawn` says when it cannot be started
   */
  async run(
    program: string,
    args: readonly string[],
    options: { readonly cwd?: string; readonly env?: NodeJS.ProcessEnv } = {},
  ): Promise<void> {
    this.signal.throwIfAborted();
    const child = spawn(program, args, { ...options, stdio: 'inherit' });
    this.#child = child;
    try {
      const ending = await new Promise<Ending>((resolve, reject) => {
        child.once('error', reject);
        child.once('exit', (code, signal) => {
          resolve({ code, signal });
        });
      });
      if (ending.code !== 0) throw new ChildEnded(ending);
    } finally {
      this.#child = undefined;
    }
  }

  /** Gives the signals back. */
  close(): void {
    for (const signal of PASSED_ON) process.off(signal, this.#hear);
  }
}

/**
 * Does something that starts children in the foreground, and gives the signals back in any case.
 *
 * @throws ChildEnded also for a signal that ended this process's own work
 */
export async function inForeground<Result>(
  body: (foreground: Foreground) => Promise<Result>,
): Promise<Result> {
  const foreground = new Foreground();
  try {
    return await body(foreground);
  } catch (error) {
    const { received } = foreground;
    throw received === undefined ? error : new ChildEnded({ code: null, signal: received });
  } finally {
    foreground.close();
  }
}
