import { standsFor } from './addresses.js';
import type { Backend, RawCallback, RawResult } from './backend.js';
import type { CallScope } from './call-scope.js';
import { exactAnswer, exactPointer, exactResult } from './exact.js';
import { FfiError } from './ffi-error.js';
import type { TextReader } from './memory.js';
import { cType, signatureOf } from './signature.js';
import type { FFIFunction, FFITypeNumber, Pointer } from './types.js';

const CSTRING: FFITypeNumber = 14;

/**
 * How many closed callbacks of a thread are kept: C that calls one of them meets an error and not the next
 * callback, which would get the same place in memory.
 */
const CLOSED_KEPT = 256;

/** A function of C's that calls JavaScript. */
export interface JSCallback {
  /** Where it is; `null` once it is closed. */
  readonly ptr: Pointer | null;
  /** Whether threads other than the one that made it may call it. */
  readonly threadsafe: boolean;
  /** Ends it: C must not call it from then on. Twice is fine. */
  close(): void;
  [Symbol.dispose](): void;
  /** Its address. Throws once it is closed. */
  [Symbol.toPrimitive](): Pointer;
}

/** Makes a {@link JSCallback}. */
export interface JSCallbackConstructor {
  /**
   * @param callback - called with what C passed, as results of C functions are converted: `cstring` is a
   *   string, `ptr` a number, NULL `null`. What it returns is checked as arguments are; a pointer is an
   *   address or `null`, and whatever a `void` one returns is ignored
   * @param definition - the types, and `threadsafe`
   * @throws TypeError for a type that there is not, or not here; FfiError `NOT_SUPPORTED`
   * @remarks C may call it until `close()`: it is kept though nobody can reach it. An error of the callback
   *   is thrown by the C function that called it, when that returns; until then C gets 0, and no other
   *   callback runs. When no C function of this package's runs on the thread, it is an uncaught exception.
   *   Only the thread that made it may call it, unless it is `threadsafe`.
   */
  new (callback: (...values: never[]) => unknown, definition: FFIFunction): JSCallback;
  readonly prototype: JSCallback;
}

/** What a callback that cannot answer says to C. */
function zero(type: FFITypeNumber): number | bigint | boolean | null | undefined {
  switch (type) {
    case 7:
    case 8:
    case 15:
    case 16:
      return 0n;
    case 11:
      return false;
    case 12:
    case 14:
    case 17:
      return null;
    case 13:
      return undefined;
    default:
      return 0;
  }
}

/** A callback as C sees it. `callback` is gone once it is closed, so that it can be collected. */
interface Entry {
  callback: ((...values: never[]) => unknown) | undefined;
  running: number;
}

/**
 * Makes the class `JSCallback` on a backend.
 *
 * @param backend - called at the first use
 * @param scope - told of the errors
 * @param texts - reads arguments of the type `cstring`
 */
export function makeJSCallback(
  backend: () => Backend,
  scope: CallScope,
  texts: TextReader,
): JSCallbackConstructor {
  // The oldest first. Not freed while it runs: the host is about to return through it.
  const closed: { readonly entry: Entry; readonly raw: RawCallback }[] = [];

  function retire(entry: Entry, raw: RawCallback): void {
    entry.callback = undefined;
    closed.push({ entry, raw });
    if (closed.length <= CLOSED_KEPT) return;
    const oldest = closed.findIndex((each) => each.entry.running === 0);
    if (oldest >= 0) closed.splice(oldest, 1)[0]?.raw.close();
  }

  return class implements JSCallback {
    readonly threadsafe: boolean;
    readonly #entry: Entry;
    readonly #raw: RawCallback;
    #ptr: Pointer | null;

    constructor(callback: (...values: never[]) => unknown, definition: FFIFunction) {
      const given = callback as unknown;
      if (typeof given !== 'function') {
        throw new TypeError(`a JSCallback is made of a function, not of ${typeof given}`);
      }
      const name = callback.name === '' ? 'the callback' : `the callback ${callback.name}`;
      const { parameters, result } = signatureOf(name, definition, 'callback');
      const places = parameters.map((_, i) => `${name}, argument ${i + 1}`);
      const place = `the result of ${name}`;
      const failed = zero(result);
      const entry: Entry = { callback, running: 0 };
      const call = (...raw: RawResult[]) => {
        if (scope.failing) return failed;
        entry.running += 1;
        try {
          if (entry.callback === undefined) {
            throw new FfiError('CALLBACK_CLOSED', `C called ${name}, which was closed`);
          }
          const values = parameters.map((type, i) => {
            const value = exactResult(type, raw[i], places[i] as string);
            return type === CSTRING && value !== null ? texts.read(value as Pointer) : value;
          });
          return exactAnswer(result, entry.callback(...(values as never[])), place);
        } catch (error) {
          scope.failed(error);
          return failed;
        } finally {
          entry.running -= 1;
        }
      };
      this.threadsafe = definition.threadsafe === true;
      const types = { parameters: parameters.map(cType), result: cType(result) };
      this.#raw = backend().callback(types, call, this.threadsafe);
      this.#entry = entry;
      this.#ptr = exactPointer(this.#raw.pointer, `the address of ${name}`);
      standsFor(this, () => this[Symbol.toPrimitive]());
      Object.defineProperty(this, 'threadsafe', { writable: false });
    }

    get ptr(): Pointer | null {
      return this.#ptr;
    }

    close(): void {
      if (this.#ptr === null) return;
      this.#ptr = null;
      retire(this.#entry, this.#raw);
    }

    [Symbol.dispose](): void {
      this.close();
    }

    [Symbol.toPrimitive](): Pointer {
      if (this.#ptr !== null) return this.#ptr;
      throw new FfiError(
        'CALLBACK_CLOSED',
        'the JSCallback was closed: it has no address any more',
      );
    }
  };
}
