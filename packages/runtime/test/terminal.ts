/** A program at a terminal of its own, as a person uses it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

// The standard library's own: copies between the terminal and its standard streams.
const SPAWN = `
import os, pty, sys
code = os.waitstatus_to_exitcode(pty.spawn(sys.argv[1:]))
sys.exit(code if code >= 0 else 128 - code)
`;

export class Terminal {
  readonly #child: ChildProcess;
  readonly #ended: Promise<unknown>;
  #screen = '';
  /** Up to where the screen has been read. */
  #read = 0;
  #changed: (() => void) | undefined;

  private constructor(child: ChildProcess) {
    this.#child = child;
    this.#ended = once(child, 'close');
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.#screen += text;
        this.#changed?.();
      });
    }
    child.on('close', () => this.#changed?.());
  }

  /** @param python - any Python that has the module `pty` */
  static open(python: string, argv: readonly string[], env: Record<string, string> = {}): Terminal {
    return new Terminal(
      spawn(python, ['-c', SPAWN, ...argv], {
        env: { ...process.env, TERM: 'dumb', ...env },
        stdio: 'pipe',
      }),
    );
  }

  type(text: string): void {
    this.#child.stdin?.write(text);
  }

  /** Waits for a text that has not been waited for yet; what came up to it. */
  async until(text: string): Promise<string> {
    for (;;) {
      const found = this.#screen.indexOf(text, this.#read);
      if (found >= 0) {
        const end = found + text.length;
        const came = this.#screen.slice(this.#read, end);
        this.#read = end;
        return came;
      }
      if (this.#child.exitCode !== null) {
        throw new Error(`the program has ended and never wrote ${text}:\n${this.#screen}`);
      }
      await new Promise<void>((resolve) => (this.#changed = resolve));
    }
  }

  /** The exit code, when it has ended; of one that a signal ended, 128 and the signal's number. */
  async end(): Promise<number | null> {
    await this.#ended;
    return this.#child.exitCode;
  }

  kill(): void {
    this.#child.kill('SIGKILL');
  }
}
