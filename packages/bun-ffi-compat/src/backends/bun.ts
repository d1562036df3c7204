import { createRequire } from 'node:module';

import type { Backend, RawFunction } from '../backend.js';
import type { FFITypeNumber, Pointer } from '../types.js';

interface BunDescription {
  readonly ptr?: Pointer;
  readonly args?: readonly FFITypeNumber[];
  readonly returns?: FFITypeNumber;
}

/** The part of `bun:ffi` that is used here, in its own words: this package's types are its own. */
interface BunFfi {
  dlopen(
    path: string,
    symbols: Record<string, BunDescription>,
  ): { symbols: Record<string, { readonly ptr: Pointer }>; close: () => void };
  linkSymbols(symbols: Record<string, BunDescription>): { symbols: Record<string, RawFunction> };
  ptr(memory: ArrayBuffer | ArrayBufferView): Pointer;
  toArrayBuffer(pointer: Pointer, byteOffset: number, byteLength: number): ArrayBuffer;
}

/** The backend of Bun: its own. */
export function bunBackend(): Backend {
  const ffi = createRequire(import.meta.url)('bun:ffi') as BunFfi;
  return {
    open(path, names) {
      try {
        const { symbols, close } = ffi.dlopen(
          path,
          Object.fromEntries(names.map((name) => [name, {}])),
        );
        return { find: (name) => symbols[name]?.ptr, close };
      } catch (error) {
        // It opens a library and finds all symbols in one step; the facade says which one is missing.
        const missing = /^Symbol "(.*)" not found/.exec(
          error instanceof Error ? error.message : '',
        );
        if (missing === null) throw error;
        return { find: (name) => (name === missing[1] ? undefined : 0), close: () => undefined };
      }
    },
    bind(pointer, name, { parameters, result }) {
      const { symbols } = ffi.linkSymbols({
        [name]: { ptr: pointer, args: parameters, returns: result },
      });
      return symbols[name] as RawFunction;
    },
    addressOf(memory) {
      return ffi.ptr(memory);
    },
    view(pointer, bytes) {
      return ffi.toArrayBuffer(pointer, 0, bytes);
    },
  };
}
