import { NogilError } from '@nogil/abi';
import { beforeExit } from '@nogil/finalizer-guard';

import { ask, own } from '../concurrency/operation.js';
import { type Environment, environment } from '../environment.js';
import { ByReference } from '../frame/crossing.js';
import type { Owned } from '../proxy/owned.js';
import type { PyProxy } from '../types.js';
import { inputFrom, type InputOptions, type InputSource } from './input.js';
import {
  checkSize,
  type Output,
  type OutputOptions,
  outputTo,
  type WebWritableTarget,
  type WritableTarget,
} from './output.js';

/** A standard stream that is redirected. */
export interface StreamRedirect extends Disposable {
  /**
   * Takes the redirect away: what was in force before it is again. What it still holds goes to its target first. Also
   * at the end of a `using` block; twice is fine.
   *
   * @throws what the target throws for that
   * @remarks The JS thread that redirected.
   */
  restore(): void;
}

/** A redirected `sys.stdout` or `sys.stderr`. */
export interface OutputRedirect extends StreamRedirect {
  /**
   * Says how large the terminal is now.
   *
   * @param columns - its width in characters, 1 to 65 535
   * @param rows - its height in lines, 1 to 65 535
   * @throws NogilError `INVALID_ARGUMENT`
   * @remarks The JS thread that redirected.
   */
  resize(columns: number, rows: number): void;
}

/** `python.stdout` and `python.stderr`: where Python's output goes that this JS thread causes. */
export interface OutputStream {
  /**
   * Redirects what Python writes to the stream on behalf of this JS thread: from calls that this thread makes, and from
   * Python's threads and the pool's jobs that belong to it (docs/streams.md). Redirects stack; the last one is in
   * force.
   *
   * On this thread the target is called while Python waits, so the order with JavaScript's own output is that of the
   * program. Other threads do not wait: what they write comes from the event loop, in order for each of them, or before
   * what this thread writes next.
   *
   * @param target - a function, a `Writable` (`process.stdout`), a `WritableStream`, or `null`: nobody
   * @param options - see {@link OutputOptions}
   * @returns takes it away again
   * @throws NogilError `INVALID_ARGUMENT`, and as `python.start`. What the target throws is raised where Python
   *   writes; for other threads it is an `unraisable` event
   * @remarks Any JS thread, for itself. Starts Python.
   */
  redirect(
    target: (line: string) => void,
    options?: OutputOptions & { readonly mode?: 'lines' | 'text' },
  ): OutputRedirect;
  redirect(
    target: (chunk: Uint8Array) => void,
    options: OutputOptions & { readonly mode: 'bytes' },
  ): OutputRedirect;
  redirect(
    target: WritableTarget | WebWritableTarget | null,
    options?: OutputOptions & { readonly mode?: 'text' | 'bytes' },
  ): OutputRedirect;
}

/** `python.stdin`: what Python reads on behalf of this JS thread. */
export interface InputStream {
  /**
   * Redirects what Python reads from `sys.stdin`, `input()` included. Redirects stack; the last one is in force.
   *
   * @param source - see {@link InputSource}. Called while Python waits; for Python's other threads, from the event loop
   * @param options - see {@link InputOptions}
   * @returns takes it away again; what Python has fetched and not read is dropped
   * @throws NogilError `INVALID_ARGUMENT`, and as `python.start`. What the source throws is raised where Python reads
   * @remarks Any JS thread, for itself. Starts Python.
   */
  redirect(source: InputSource, options?: InputOptions): StreamRedirect;
}

/** Calls back into Python, which has called from a thread that did not wait. */
function wake(deliver: PyProxy & (() => void)): void {
  try {
    deliver();
  } finally {
    deliver.destroy();
  }
}

/** What is redirected on this thread: written out before its JavaScript ends. */
const inForce = new Set<Redirect>();

class Redirect implements OutputRedirect {
  readonly #environment: Environment;
  readonly #done: () => void;
  #redirect: Owned | undefined;

  constructor(here: Environment, redirect: Owned, done: () => void) {
    this.#environment = here;
    this.#redirect = redirect;
    this.#done = done;
    flushAtExit();
    inForce.add(this);
  }

  resize(columns: number, rows: number): void {
    checkSize(columns, rows);
    if (this.#redirect === undefined) return;
    ask(this.#environment, 'stream_resize', this.#redirect.handle, columns, rows);
  }

  restore(): void {
    const redirect = this.#redirect;
    if (redirect === undefined) return;
    this.#redirect = undefined;
    inForce.delete(this);
    try {
      unlessOver(() => ask(this.#environment, 'stream_restore', redirect.handle));
    } finally {
      redirect.release();
      this.#done();
    }
  }

  [Symbol.dispose](): void {
    this.restore();
  }
}

/** Python is over: it has written what it had. */
function unlessOver(work: () => void): void {
  try {
    work();
  } catch (error) {
    if (!(error instanceof NogilError && error.code === 'PYTHON_SHUT_DOWN')) throw error;
  }
}

let flushes = false;

/** Once for each thread. */
function flushAtExit(): void {
  if (flushes) return;
  flushes = true;
  beforeExit(flushStreams);
}

/** Delivers what this thread's redirects hold. Once Python ends, what comes then goes where it went without them. */
export function flushStreams(): void {
  if (inForce.size > 0) unlessOver(() => ask(environment(), 'streams_flush'));
}

/** Redirects to what was made of a target. */
export function redirectTo(
  name: 'stdout' | 'stderr',
  output: Output,
  options: OutputOptions,
): OutputRedirect {
  const here = environment();
  const { write, lines, limit, asText, isatty, done } = output;
  const callee = write === undefined ? null : new ByReference(write);
  const values = [name, callee, new ByReference(wake), lines, limit, asText, isatty];
  const redirect = new Redirect(here, own(here, 'stream_redirect', values), done);
  const { columns, rows } = options;
  if (columns !== undefined && rows !== undefined) redirect.resize(columns, rows);
  return redirect;
}

/** Redirects to a function that gives what crosses. */
export function redirectFrom(read: () => unknown, isatty: boolean): StreamRedirect {
  const here = environment();
  const values = [new ByReference(read), isatty];
  return new Redirect(here, own(here, 'stream_redirect_input', values), () => undefined);
}

function outputStream(name: 'stdout' | 'stderr'): OutputStream {
  return {
    redirect(target: unknown, options: OutputOptions = {}): OutputRedirect {
      return redirectTo(name, outputTo(target, options), options);
    },
  };
}

/** See {@link OutputStream}. */
export const stdout = outputStream('stdout');
/** See {@link OutputStream}. */
export const stderr = outputStream('stderr');
/** See {@link InputStream}. */
export const stdin: InputStream = {
  redirect(source, options = {}) {
    return redirectFrom(inputFrom(source, options), options.isatty ?? false);
  },
};
