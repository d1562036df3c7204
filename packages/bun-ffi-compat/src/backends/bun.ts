import { createRequire } from 'node:module';

import type { Backend, RawCallbackFunction, RawFunction, RawSignature } from '../backend.js';
import type { FFITypeNumber, Pointer } from '../types.js';

interface BunDescription {
  readonly ptr?: Pointer;
  readonly args?: readonly FFITypeNumber[];
  readonly returns?: FFITypeNumber;
  readonly threadsafe?: boolean;
}

/** The part of `bun:ffi` that is used here, in its own words: this package's types are its own. */
interface BunFfi {
  dlopen(
    path: string,
    symbols: Record<string, BunDescription>,
  ): { symbols: Record<string, { readonly ptr: Pointer }>; close: () => void };
  linkSymbols(symbols: Record<string, BunDescription>): { symbols: Record<string, RawFunction> };
  ptr(memory: ArrayBuffer | ArrayBufferView): Pointer;
  toArrayBuffer(
    pointer: Pointer,
    byteOffset: number,
    byteLength: number,
    deallocatorContext?: Pointer,
    deallocator?: Pointer,
  ): ArrayBuffer;
  readonly JSCallback: new (
    callback: RawCallbackFunction,
    definition: BunDescription,
  ) => { readonly ptr: Pointer; close(): void };
}

/** The backend of Bun: its own. */
export function bunBackend(): Backend {
  const ffi = createRequire(import.meta.url)('bun:ffi') as BunFfi;
  // What nobody can reach Bun may collect, and C still calls it.
  const callbacks = new Set<object>();

  function bind(pointer: Pointer, name: string, { parameters, result }: RawSignature): RawFunction {
    const { symbols } = ffi.linkSymbols({
      [name]: { ptr: pointer, args: parameters, returns: result },
    });
    return symbols[name] as RawFunction;
  }

  return {
    open(path, names) {
      try {
        const { symbols, close } = ffi.dlopen(
          path,
          Object.fromEntries(names.map((name) => [name, {}])),
        );
        return {
          find: (name) => symbols[name]?.ptr,
          bind: (name, pointer, signature) => bind(pointer, name, signature),
          close,
        };
      } catch (error) {
        // It opens a library and finds all symbols in one step; the facade says which one is missing.
        const missing = /^Symbol "(.*)" not found/.exec(
          error instanceof Error ? error.message : '',
        );
        if (missing === null) throw error;
        const unused = () => {
          throw error;
        };
        return {
          find: (name) => (name === missing[1] ? undefined : 1n),
          bind: () => unused,
          close: () => undefined,
        };
      }
    },
    bind,
    callback({ parameters, result }, call, threadsafe) {
      const callback = new ffi.JSCallback(call, { args: parameters, returns: result, threadsafe });
      callbacks.add(callback);
      return {
        pointer: callback.ptr,
        close() {
          callbacks.delete(callback);
          callback.close();
        },
      };
    },
    addressOf(memory) {
      return ffi.ptr(memory);
    },
    view(pointer, bytes, deallocator) {
      if (deallocator === undefined) return ffi.toArrayBuffer(pointer, 0, bytes);
      const { function: free, context } = deallocator;
      return context === null
        ? ffi.toArrayBuffer(pointer, 0, bytes, free)
        : ffi.toArrayBuffer(pointer, 0, bytes, context, free);
    },
  };
}
