import { createRequire } from 'node:module';

import type { Backend, RawFunction } from '../backend.js';
import type { FFITypeNumber } from '../types.js';

type Koffi = typeof import('koffi');

/** koffi's own word for a type. Every case is here, or this does not compile. */
function typeName(type: FFITypeNumber): string {
  switch (type) {
    case 0:
    case 1:
      return 'int8';
    case 2:
      return 'uint8';
    case 3:
      return 'int16';
    case 4:
      return 'uint16';
    case 5:
      return 'int32';
    case 6:
      return 'uint32';
    case 7:
    case 15:
      return 'int64';
    case 8:
    case 16:
      return 'uint64';
    case 9:
      return 'double';
    case 10:
      return 'float';
    case 11:
      return 'bool';
    case 12:
    case 14:
    case 17:
      return 'void *';
    case 13:
      return 'void';
    default: {
      const never: never = type;
      throw new TypeError(`no such type: ${String(never)}`);
    }
  }
}

/**
 * The backend of Node, through koffi. koffi runs a C function on a stack of its own; see the README for
 * what must not go through it.
 */
export function koffiBackend(): Backend {
  // Not an import: on Bun, where this file is in the bundle, koffi is not loaded.
  const koffi = createRequire(import.meta.url)('koffi') as Koffi;
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
        close() {
          library.unload();
        },
      };
    },
    bind(pointer, _name, { parameters, result }) {
      const prototype = koffi.proto(typeName(result), parameters.map(typeName));
      return koffi.decode(BigInt(pointer), prototype) as RawFunction;
    },
    addressOf(memory) {
      return koffi.address(memory);
    },
    view(pointer, bytes) {
      return koffi.view(BigInt(pointer), bytes);
    },
  };
}
