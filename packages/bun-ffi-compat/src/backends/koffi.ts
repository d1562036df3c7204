import { createRequire } from 'node:module';

import type { Backend, RawCallbackFunction, RawFunction, RawSignature } from '../backend.js';
import type { Pointer } from '../types.js';
import { ownedBy } from './owned.js';
import { typeNames } from './type-names.js';

type Koffi = typeof import('koffi');

/** koffi's own words for types. */
const typeName = typeNames({ float32: 'float', float64: 'double', pointer: 'void *' });

/** koffi knows no DataView on Deno, whose Node-API says of none that it is one. */
function withoutDataView<Value>(value: Value): Value | Uint8Array {
  return value instanceof DataView
    ? new Uint8Array(value.buffer, value.byteOffset, value.byteLength)
    : value;
}

const nothing: RawSignature = { parameters: [], result: 13 };

/**
 * The backend of Node, through koffi. koffi runs a C function on a stack of its own; see the README for
 * what must not go through it.
 */
export function koffiBackend(): Backend {
  // Not an import: on Bun, where this file is in the bundle, koffi is not loaded.
  const koffi = createRequire(import.meta.url)('koffi') as Koffi;

  // koffi keeps every type for good, so each signature is one type however often it is used.
  const prototypes = new Map<string, ReturnType<Koffi['proto']>>();
  function prototype({ parameters, result }: RawSignature) {
    const key = [result, ...parameters].join();
    let made = prototypes.get(key);
    if (made === undefined) {
      made = koffi.proto(typeName(result), parameters.map(typeName));
      prototypes.set(key, made);
    }
    return made;
  }

  // koffi makes the stack that it calls C on when it first opens a library or registers a callback: what is
  // called at an address before that ends the process.
  koffi.unregister(koffi.register(() => undefined, koffi.pointer(prototype(nothing))));

  function bind(pointer: Pointer, signature: RawSignature): RawFunction {
    const call = koffi.decode(BigInt(pointer), prototype(signature)) as RawFunction;
    const isDeno = process.versions.deno !== undefined;
    if (!isDeno || !signature.parameters.includes(12)) return call;
    return (...values) => call(...values.map(withoutDataView));
  }

  return {
    open(path) {
      const library = koffi.load(path);
      return {
        find(name) {
          try {
            return library.symbol(name) as bigint;
          } catch (error) {
            // It throws for nothing else, and says no more than this.
            if (error instanceof Error && error.message.startsWith('Cannot find symbol')) {
              return undefined;
            }
            throw error;
          }
        },
        bind: (_name, pointer, signature) => bind(pointer, signature),
        close() {
          library.unload();
        },
      };
    },
    bind: (pointer, _name, signature) => bind(pointer, signature),
    // Thread-safe or not: koffi lets a thread that is not JavaScript's wait until the event loop answered.
    callback(signature, call) {
      const { parameters } = signature;
      const unsigned = parameters.flatMap((type, i) => (type === 8 || type === 16 ? [i] : []));
      const exact: RawCallbackFunction = (...values) => {
        // koffi 3.3 gives callbacks a uint64 as if it were signed.
        for (const i of unsigned)
          values[i] = BigInt.asUintN(64, BigInt(values[i] as number | bigint));
        return call(...values);
      };
      const type = koffi.pointer(prototype(signature));
      const pointer = koffi.register(unsigned.length === 0 ? call : exact, type);
      return {
        pointer,
        close() {
          koffi.unregister(pointer);
        },
      };
    },
    addressOf: (memory) => koffi.address(withoutDataView(memory)),
    view(pointer, bytes, deallocator) {
      const memory = koffi.view(BigInt(pointer), bytes);
      return deallocator === undefined ? memory : ownedBy(memory, pointer, deallocator, bind);
    },
  };
}
