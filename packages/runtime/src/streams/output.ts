import { NogilError } from '@nogil/abi';

/** Somewhere to write: `process.stdout`, a file's stream, any other `Writable`. */
export interface WritableTarget {
  write(chunk: Uint8Array | string): unknown;
  readonly isTTY?: boolean | undefined;
  readonly destroyed?: boolean | undefined;
  readonly writableEnded?: boolean | undefined;
}

/** A `WritableStream` of the WHATWG's, which is locked while it is the target. */
export interface WebWritableTarget {
  getWriter(): WebWriter;
}

interface WebWriter {
  write(chunk: Uint8Array | string): Promise<unknown>;
  releaseLock(): void;
}

/**
 * What a target gets.
 *
 * - `lines`: whole lines, without what ends them; a line that is not complete when the stream is flushed or restored as
 *   far as it is. For functions, and what they get when nothing is said.
 * - `text`: strings, as Python writes them.
 * - `bytes`: `Uint8Array`s, as Python writes them, UTF-8. What streams get when nothing is said.
 *
 * Streams get `text` and `bytes` by whole lines, or 8 KiB, or when Python flushes.
 */
export type OutputMode = 'lines' | 'text' | 'bytes';

/** How to redirect what Python writes. */
export interface OutputOptions {
  readonly mode?: OutputMode;
  /** What `isatty()` answers; without it `isTTY` of the target, or `false`. */
  readonly isatty?: boolean;
  /**
   * How wide the terminal is, in characters: 1 to 65 535; together with `rows`. `os.get_terminal_size()` and
   * `shutil.get_terminal_size()` answer with it.
   */
  readonly columns?: number;
  /** How high it is, in lines: 1 to 65 535. */
  readonly rows?: number;
}

/** What Python calls, and how. */
export interface Output {
  /** Gets text, or bytes as latin-1 text: strings cross at a fraction of what a buffer costs. Without it, nobody. */
  readonly write: ((text: string) => void) | undefined;
  readonly lines: boolean;
  /** How many bytes of an incomplete line are held; 0: all. */
  readonly limit: number;
  readonly asText: boolean;
  readonly isatty: boolean;
  /** The target gets nothing more. */
  readonly done: () => void;
}

type Line = (line: string) => void;

const STREAM_LIMIT = 8192;
const MODES: readonly string[] = ['lines', 'text', 'bytes'] satisfies OutputMode[];
const KNOWN: readonly string[] = [
  'mode',
  'isatty',
  'columns',
  'rows',
] satisfies (keyof OutputOptions)[];

function refuse(message: string): never {
  throw new NogilError('INVALID_ARGUMENT', message);
}

function nothing(): void {
  // for targets that need no farewell
}

/** Refuses a size that no terminal has. */
export function checkSize(columns: unknown, rows: unknown): void {
  for (const [name, value] of Object.entries({ columns, rows })) {
    if (!(Number.isInteger(value) && (value as number) >= 1 && (value as number) <= 65_535)) {
      refuse(
        `${name} is ${String(value)}; columns and rows come together, each a whole number from 1 to 65535`,
      );
    }
  }
}

function checkOptions(options: OutputOptions): void {
  for (const name of Object.keys(options)) {
    if (!KNOWN.includes(name)) {
      refuse(`there is no option ${name}; there are ${KNOWN.join(', ')}`);
    }
  }
  const { mode, isatty, columns, rows } = options;
  if (mode !== undefined && !MODES.includes(mode)) {
    refuse(`mode is ${mode}; it is one of ${MODES.join(', ')}`);
  }
  if (isatty !== undefined && typeof isatty !== 'boolean') refuse('isatty is a boolean');
  if (columns !== undefined || rows !== undefined) checkSize(columns, rows);
}

/** What of Python's calls goes to a target, and in which form. */
export function outputTo(target: unknown, options: OutputOptions): Output {
  checkOptions(options);
  const { mode, isatty = false } = options;
  if (target === null) {
    const asText = false;
    return { write: undefined, lines: false, limit: 0, asText, isatty, done: nothing };
  }
  if (typeof target === 'function') return outputToFunction(target as Line, mode, isatty);
  const stream = target as Partial<WritableTarget & WebWritableTarget>;
  if (typeof target !== 'object') return refuseTarget(target);
  if (mode === 'lines') {
    refuse('streams get text or bytes; to have lines without their ends, pass a function');
  }
  const asText = mode === 'text';
  const common = { lines: true, limit: STREAM_LIMIT, asText };
  if (typeof stream.write === 'function') {
    const write = writesTo(stream as WritableTarget, asText);
    return { ...common, write, isatty: options.isatty ?? stream.isTTY === true, done: nothing };
  }
  if (typeof stream.getWriter === 'function') {
    const writer = (stream as WebWritableTarget).getWriter();
    return { ...common, ...writesToWeb(writer, asText), isatty };
  }
  return refuseTarget(target);
}

function refuseTarget(target: unknown): never {
  refuse(
    `a target is a function, a Writable, a WritableStream or null, not ${target === undefined ? 'undefined' : `a ${typeof target}`}`,
  );
}

function bytesOf(latin1: string): Uint8Array {
  // Small ones of Buffer's share a pool; whoever keeps or transfers a chunk must not meet others.
  const bytes = new Uint8Array(latin1.length);
  Buffer.from(bytes.buffer).write(latin1, 'latin1');
  return bytes;
}

function outputToFunction(callee: Line, mode: OutputMode = 'lines', isatty: boolean): Output {
  const common = { limit: 0, isatty, done: nothing };
  switch (mode) {
    case 'lines':
      return {
        ...common,
        lines: true,
        asText: true,
        write: (text) => {
          eachLine(text, callee);
        },
      };
    case 'text':
      return {
        ...common,
        lines: false,
        asText: true,
        write: (text) => {
          callee(text);
        },
      };
    case 'bytes': {
      const take = callee as (chunk: unknown) => void;
      return {
        ...common,
        lines: false,
        asText: false,
        write: (text) => {
          take(bytesOf(text));
        },
      };
    }
    default:
      return mode satisfies never;
  }
}

/** All lines arrive, also behind one for which the function throws; the first error is thrown then. */
function eachLine(text: string, callee: Line): void {
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  const errors: unknown[] = [];
  for (const line of lines) {
    try {
      callee(line);
    } catch (error) {
      errors.push(error);
    }
  }
  if (errors.length > 0) throw errors[0];
}

function writesTo(stream: WritableTarget, asText: boolean): (text: string) => void {
  return (text) => {
    // It would tell nobody but its own listeners, later.
    if (stream.destroyed === true || stream.writableEnded === true) {
      throw new NogilError(
        'INVALID_ARGUMENT',
        'the stream that Python writes to has ended; restore() the redirect before ending it',
      );
    }
    stream.write(asText ? text : bytesOf(text));
  };
}

function writesToWeb(writer: WebWriter, asText: boolean): Pick<Output, 'write' | 'done'> {
  let failed: { readonly error: unknown } | undefined;
  const check = (): void => {
    if (failed === undefined) return;
    const { error } = failed;
    failed = undefined;
    throw error;
  };
  return {
    write: (text) => {
      // An error comes too late for what caused it: the next one to write is told.
      check();
      writer.write(asText ? text : bytesOf(text)).catch((error: unknown) => {
        failed ??= { error };
      });
    },
    done: () => {
      writer.releaseLock();
      check();
    },
  };
}
