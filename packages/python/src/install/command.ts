/** Runs build tools: output to the log, the last lines kept for the error, ended by an abort signal. */
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import type { Environment } from '../platform.js';

/** A log file that also remembers its last lines. */
export class BuildLog {
  readonly file: string;
  readonly #descriptor: number;
  #tail: string[] = [];

  /** Starts the file anew. */
  constructor(file: string) {
    fs.mkdirSync(path.dirname(file), { recursive: true });
    this.file = file;
    this.#descriptor = fs.openSync(file, 'w');
  }

  /** Adds one line; throws what the file system throws, `ENOSPC` above all. */
  line(text: string): void {
    fs.writeSync(this.#descriptor, `${text}\n`);
    this.#tail.push(text);
    if (this.#tail.length > 20) {
      this.#tail = this.#tail.slice(-20);
    }
  }

  /** The last lines, at most 20. */
  tail(): string {
    return this.#tail.join('\n');
  }

  close(): void {
    fs.closeSync(this.#descriptor);
  }
}

/** What to run. */
export interface Command {
  readonly program: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Environment;
  readonly signal: AbortSignal | undefined;
  readonly onLine?: (line: string) => void;
}

/** A command that ended badly, or could not be started. */
export class CommandFailed extends Error {
  override readonly name = 'CommandFailed';

  constructor(
    readonly program: string,
    readonly ending: string,
    options?: ErrorOptions,
  ) {
    super(`${program} ${ending}`, options);
  }
}

/**
 * Runs a command to its end.
 *
 * The output goes through pipes on purpose: when this process is killed, the next line a build tool
 * prints ends that tool too, so that no orphan keeps writing into a tree the next installer resumes.
 *
 * @param command - what to run
 * @param log - gets every line of standard output and standard error
 * @throws CommandFailed when it cannot be started, fails, or is ended by a signal; the signal's reason
 *   when aborted; the file system's error when the log cannot be written
 */
export async function runCommand(command: Command, log: BuildLog): Promise<void> {
  command.signal?.throwIfAborted();
  log.line(`$ ${[command.program, ...command.args].join(' ')}`);
  await new Promise<void>((resolve, reject) => {
    const child = spawn(command.program, command.args, {
      cwd: command.cwd,
      env: { ...command.env },
      stdio: ['ignore', 'pipe', 'pipe'],
      windowsHide: true,
    });
    let failure: Error | undefined;
    const fail = (error: unknown): void => {
      failure ??= error instanceof Error ? error : new Error(String(error));
      child.kill('SIGTERM');
    };
    const onAbort = (): void => {
      fail(command.signal?.reason);
    };
    command.signal?.addEventListener('abort', onAbort, { once: true });
    const feed = (line: string): void => {
      try {
        log.line(line);
        command.onLine?.(line);
      } catch (error) {
        fail(error);
      }
    };
    const flushers = [child.stdout, child.stderr].map((stream) => splitLines(stream, feed));
    child.on('error', (error) => {
      command.signal?.removeEventListener('abort', onAbort);
      reject(
        new CommandFailed(command.program, `cannot be started: ${error.message}`, { cause: error }),
      );
    });
    child.on('close', (code, signal) => {
      command.signal?.removeEventListener('abort', onAbort);
      for (const flush of flushers) {
        flush();
      }
      if (failure !== undefined) {
        reject(failure);
      } else if (code === 0) {
        resolve();
      } else {
        const how =
          signal === null ? `ended with exit code ${code ?? 'unknown'}` : `was ended by ${signal}`;
        reject(new CommandFailed(command.program, how));
      }
    });
  });
}

function splitLines(stream: NodeJS.ReadableStream, feed: (line: string) => void): () => void {
  let rest = '';
  stream.setEncoding('utf8');
  stream.on('data', (chunk: string) => {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    lines.forEach(feed);
  });
  return () => {
    if (rest !== '') {
      feed(rest);
      rest = '';
    }
  };
}
