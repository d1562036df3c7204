import { NogilError } from '@nogil/abi';

/** What a source of `sys.stdin` gives at once: a line as a string, or bytes as they are; `null` or `undefined` at the end. */
export type InputChunk = string | Uint8Array | null | undefined;

/**
 * What Python reads.
 *
 * - a string or `Uint8Array`: all of it, then the end
 * - a function: called when Python wants more. A string is a line, which gets its end if it has none; `null` is the end
 *   of the file (Ctrl-D), after which Python may ask again
 * - an iterable: each item as if the function had returned it
 * - `null`: the end at once
 */
export type InputSource =
  string | Uint8Array | (() => InputChunk) | Iterable<string | Uint8Array> | null;

/** How to redirect what Python reads. */
export interface InputOptions {
  /** What `isatty()` answers; `false` when left out. */
  readonly isatty?: boolean;
}

/** What crosses: text, bytes as latin-1 text in an array, `null` at the end. */
export type InputAnswer = string | readonly [latin1: string] | null;

function refuse(message: string): never {
  throw new NogilError('INVALID_ARGUMENT', message);
}

/** A function for Python to call when it wants more. */
export function inputFrom(source: unknown, options: InputOptions): () => InputAnswer {
  for (const name of Object.keys(options)) {
    if (name !== 'isatty') refuse(`there is no option ${name}; there is isatty`);
  }
  if (options.isatty !== undefined && typeof options.isatty !== 'boolean') {
    refuse('isatty is a boolean');
  }
  if (source === null) return () => null;
  if (typeof source === 'string' || source instanceof Uint8Array) return once(source);
  if (typeof source === 'function') return () => answer((source as () => unknown)());
  if (typeof source === 'object' && Symbol.iterator in source) {
    const iterator = (source as Iterable<unknown>)[Symbol.iterator]();
    return () => {
      const next = iterator.next();
      return next.done === true ? null : answer(next.value);
    };
  }
  const isAsync = typeof source === 'object' && Symbol.asyncIterator in source;
  return refuse(
    isAsync
      ? 'Python cannot wait for a stream or an async iterable on this thread: read it first, and pass its text'
      : `a source is a string, a Uint8Array, a function, an iterable or null, not ${source === undefined ? 'undefined' : `a ${typeof source}`}`,
  );
}

function once(source: string | Uint8Array): () => InputAnswer {
  let rest: string | Uint8Array = source;
  return () => {
    const given = rest;
    rest = '';
    if (given.length === 0) return null;
    return typeof given === 'string' ? given : bytes(given);
  };
}

function bytes(value: Uint8Array): InputAnswer {
  const { buffer, byteOffset, byteLength } = value;
  return [Buffer.from(buffer, byteOffset, byteLength).toString('latin1')];
}

function answer(value: unknown): InputAnswer {
  if (value === null || value === undefined) return null;
  if (typeof value === 'string') return value.endsWith('\n') ? value : `${value}\n`;
  if (value instanceof Uint8Array) return bytes(value);
  throw new TypeError(
    `a source of sys.stdin gave a ${typeof value}; it gives a string, a Uint8Array, or null at the end` +
      (value instanceof Promise ? ': Python does not wait for promises here' : ''),
  );
}
