import type { FFITypeNumber, Pointer } from './types.js';

/** A value on its way into C, after every check: in range, and of the type's own kind. */
export type RawArgument = number | bigint | boolean | null | ArrayBuffer | ArrayBufferView;
/** A value as the backend gives it: what is 64 bits wide may be either, and NULL `null` or 0. */
export type RawResult = number | bigint | boolean | null | undefined;

/** The types that a backend knows. The others are one of these to C: see `rawType`. */
export type RawType = Exclude<FFITypeNumber, 14 | 18 | 19 | 20 | 21>;

/** A C function with a signature. Its arguments are already checked. */
export type RawFunction = (...values: RawArgument[]) => RawResult;
/** A JavaScript function that C calls. It never throws, and its result is already checked. */
export type RawCallbackFunction = (
  ...values: RawResult[]
) => number | bigint | boolean | null | undefined;

/** How a function is called, in numbers. */
export interface RawSignature {
  readonly parameters: readonly RawType[];
  readonly result: RawType;
}

/** An open library. */
export interface RawLibrary {
  /** Where a symbol is, or undefined. */
  find(name: string): Pointer | bigint | undefined;
  /** The function that {@link RawLibrary.find} found. */
  bind(name: string, pointer: Pointer, signature: RawSignature): RawFunction;
  close(): void;
}

/** A function of C's that calls JavaScript. */
export interface RawCallback {
  readonly pointer: Pointer | bigint;
  /** C must not call it from then on. Not while it runs. */
  close(): void;
}

/** Who frees memory: `function(address, context)` in C. */
export interface Deallocator {
  readonly function: Pointer;
  readonly context: Pointer | null;
}

/**
 * What a host can do. Only a file in `backends/` names the library that does it; everything exact, every
 * check and every message is in this package's own code, so that hosts do not differ.
 */
export interface Backend {
  /** Throws the host's error when the library cannot be opened. `names` are all that will be asked for. */
  open(path: string, names: readonly string[]): RawLibrary;
  /** The function at an address. */
  bind(pointer: Pointer, name: string, signature: RawSignature): RawFunction;
  /**
   * A C function that calls `call`, and is kept until it is closed.
   *
   * @param threadsafe - whether threads other than this one may call it
   */
  callback(signature: RawSignature, call: RawCallbackFunction, threadsafe: boolean): RawCallback;
  /** Where a view's or a buffer's first byte is. It has at least one. */
  addressOf(memory: ArrayBuffer | ArrayBufferView): Pointer | bigint;
  /**
   * Memory as an ArrayBuffer, without a copy. `bytes` is at least 1.
   *
   * @param deallocator - called some time after nobody can reach the memory any more
   */
  view(pointer: Pointer, bytes: number, deallocator?: Deallocator): ArrayBuffer;
}
