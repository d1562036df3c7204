import { python } from '../python.js';
import { type InputChunk, inputFrom } from '../streams/input.js';
import { outputTo } from '../streams/output.js';
import { redirectFrom, redirectTo, type StreamRedirect } from '../streams/redirect.js';

/** What `setStdout` and `setStderr` take; nothing of it, and the stream is as it was. */
export interface OutputHandlers {
  /** Whole lines without their ends, and what there is of one when Python flushes. */
  readonly batched?: (text: string) => void;
  /** Each byte. */
  readonly raw?: (byte: number) => void;
  /** Bytes; answers how many it took, and is called again for the others. */
  readonly write?: (bytes: Uint8Array) => unknown;
  readonly isatty?: boolean;
}

/** What `setStdin` takes. */
export interface InputHandlers {
  /** A line, bytes, or nothing at the end. */
  readonly stdin?: () => unknown;
  /** Fills the buffer; answers with how many bytes, 0 at the end. */
  readonly read?: (buffer: Uint8Array) => number;
  /** Reading raises OSError. */
  readonly error?: boolean;
  readonly isatty?: boolean;
  /** Whether the end follows each piece of bytes that does not end with a line's end; true when left out. */
  readonly autoEOF?: boolean;
}

const BUFFER_SIZE = 8192;
const LINE_END = 10;
/** Of Emscripten, which Pyodide's programs know. */
const EIO = 29;

/** The streams of one Pyodide: each is redirected once. */
export class PyodideStreams {
  readonly #redirects = new Map<string, StreamRedirect>();

  setOutput(name: 'stdout' | 'stderr', handlers: OutputHandlers = {}): void {
    const output = outputOf(handlers);
    this.#replace(name, output === undefined ? undefined : redirectTo(name, output, {}));
  }

  setInput(handlers: InputHandlers = {}): void {
    const read = inputOf(handlers);
    const isatty = handlers.isatty ?? false;
    const redirect = read === undefined ? undefined : redirectFrom(inputFrom(read, {}), isatty);
    this.#replace('stdin', redirect);
  }

  #replace(name: string, redirect: StreamRedirect | undefined): void {
    const before = this.#redirects.get(name);
    if (redirect === undefined) this.#redirects.delete(name);
    else this.#redirects.set(name, redirect);
    before?.restore();
  }
}

function outputOf({ batched, raw, write, isatty = false }: OutputHandlers) {
  if (batched !== undefined) return outputTo(batched, { mode: 'lines', isatty });
  if (raw !== undefined) {
    const eachByte = (bytes: Uint8Array): void => {
      for (const byte of bytes) raw(byte);
    };
    return outputTo(eachByte, { mode: 'bytes', isatty });
  }
  if (write === undefined) return undefined;
  return outputTo(
    (bytes: Uint8Array) => {
      writeAll(bytes, write);
    },
    { mode: 'bytes', isatty },
  );
}

/** A handler that does not say how many it took has taken all. */
function writeAll(bytes: Uint8Array, write: (bytes: Uint8Array) => unknown): void {
  let rest = bytes;
  while (rest.length > 0) {
    const taken = write(rest);
    if (typeof taken !== 'number' || taken >= rest.length) return;
    if (!(taken > 0)) throw new RangeError(`the handler of a stream took ${taken} bytes`);
    rest = rest.subarray(taken);
  }
}

function inputOf({
  stdin,
  read,
  error,
  autoEOF = true,
}: InputHandlers): (() => InputChunk) | undefined {
  if (error === true) {
    return () => {
      throw new python.errors.OSError(EIO, 'I/O error');
    };
  }
  if (stdin !== undefined) {
    const next = (): InputChunk => chunkOf(stdin());
    return autoEOF ? endingAfterEach(next) : next;
  }
  if (read === undefined) return undefined;
  return () => {
    const buffer = new Uint8Array(BUFFER_SIZE);
    const count = read(buffer);
    return count > 0 ? buffer.subarray(0, count) : null;
  };
}

function endingAfterEach(next: () => InputChunk): () => InputChunk {
  let ends = false;
  return () => {
    if (ends) {
      ends = false;
      return null;
    }
    const chunk = next();
    ends = chunk instanceof Uint8Array && chunk.length > 0 && chunk.at(-1) !== LINE_END;
    return chunk;
  };
}

function chunkOf(given: unknown): InputChunk {
  if (typeof given === 'number') return Uint8Array.of(given);
  if (given instanceof ArrayBuffer) return new Uint8Array(given);
  if (ArrayBuffer.isView(given)) {
    return new Uint8Array(given.buffer, given.byteOffset, given.byteLength);
  }
  return given as InputChunk; // which is checked
}
