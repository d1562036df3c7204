import type { FFITypeNumber, Pointer, PointerLike } from './types.js';

/** A value on its way into C, after every check: in range, and of the type's own kind. */
export type RawArgument = number | bigint | boolean | PointerLike;
/** A value as the backend gives it: what is 64 bits wide may be either, and NULL `null` or 0. */
export type RawResult = number | bigint | boolean | null | undefined;

/** A C function with a signature. Its arguments are already checked. */
export type RawFunction = (...values: RawArgument[]) => RawResult;

/** How a function is called, in numbers. `cstring` never comes here: it is a pointer to a backend. */
export interface RawSignature {
  readonly parameters: readonly FFITypeNumber[];
  readonly result: FFITypeNumber;
}

/** An open library. */
export interface RawLibrary {
  /** Where a symbol is, or undefined. */
  find(name: string): Pointer | bigint | undefined;
  close(): void;
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
  /** Where a view's or a buffer's first byte is. It has at least one. */
  addressOf(memory: ArrayBuffer | ArrayBufferView): Pointer | bigint;
  /** Memory as an ArrayBuffer, without a copy. `bytes` is at least 1. */
  view(pointer: Pointer, bytes: number): ArrayBuffer;
}
