import type {
  Backend,
  Deallocator,
  RawArgument,
  RawFunction,
  RawResult,
  RawSignature,
  RawType,
} from '../backend.js';
import type { Pointer } from '../types.js';
import { typeNames } from './type-names.js';

type NodeFunction = (...values: (RawArgument | undefined)[]) => RawResult;

interface NodeLibrary {
  getSymbol(name: string): bigint;
  getFunction(
    name: string,
    signature: { readonly arguments: readonly string[]; readonly return: string },
  ): NodeFunction;
  close(): void;
}

/** The part of `node:ffi` that is used here, as of Node 26.10. It is experimental there. */
export interface NodeFfi {
  readonly DynamicLibrary: new (path: string) => NodeLibrary;
  getRawPointer(memory: ArrayBuffer | ArrayBufferView): bigint;
  toArrayBuffer(pointer: bigint, length: number, copy: boolean): ArrayBuffer;
}

/**
 * `node:ffi`, where the process asked for it: by `--experimental-ffi`, on the command line or in `NODE_OPTIONS`. From
 * 26.10 on Node has it without, and warns when it is loaded: that a program's dependency must not cause.
 */
export function enabledNodeFfi(): NodeFfi | undefined {
  const options = [...process.execArgv, ...(process.env.NODE_OPTIONS ?? '').split(/\s+/)];
  if (!options.includes('--experimental-ffi')) return undefined;
  return process.getBuiltinModule('node:ffi') as NodeFfi | undefined;
}

/** Node's own words for types. */
const typeName = typeNames({ float32: 'float32', float64: 'float64', pointer: 'pointer' });

/** Node takes 64 bits and addresses as bigints only, and booleans as numbers; memory and null as they are. */
function convert(value: RawArgument): RawArgument {
  if (typeof value === 'boolean') return value ? 1 : 0;
  return typeof value === 'number' ? BigInt(value) : value;
}

const converted: ReadonlySet<RawType> = new Set<RawType>([7, 8, 11, 12, 15, 16, 17]);

function adapt(call: NodeFunction, { parameters, result }: RawSignature): RawFunction {
  const places = parameters.flatMap((type, i) => (converted.has(type) ? [i] : []));
  const isBoolean = result === 11;
  if (places.length === 0 && !isBoolean) return call;
  return (...values) => {
    for (let i = 0; i < places.length; i++) {
      const place = places[i] as number;
      values[place] = convert(values[place] as RawArgument);
    }
    const answer = call(...values);
    return isBoolean ? answer !== 0 : answer;
  };
}

/**
 * The backend of Node with `node:ffi`, which calls C on the thread's own stack.
 *
 * @param ffi - what {@link enabledNodeFfi} found
 * @param other - does what `node:ffi` cannot: call an address, be called by other threads, own memory
 */
export function nodeBackend(ffi: NodeFfi, other: () => Backend): Backend {
  return {
    open(path) {
      const library = new ffi.DynamicLibrary(path);
      return {
        find(name) {
          try {
            return library.getSymbol(name);
          } catch (error) {
            // The code is the same for whatever fails.
            if (error instanceof Error && error.message.startsWith('dlsym failed')) {
              return undefined;
            }
            throw error;
          }
        },
        bind(name, _pointer, signature) {
          const types = {
            arguments: signature.parameters.map(typeName),
            return: typeName(signature.result),
          };
          return adapt(library.getFunction(name, types), signature);
        },
        close() {
          library.close();
        },
      };
    },
    bind: (pointer, name, signature) => other().bind(pointer, name, signature),
    callback: (signature, call, threadsafe) => other().callback(signature, call, threadsafe),
    addressOf: (memory) => ffi.getRawPointer(memory),
    view(pointer: Pointer, bytes: number, deallocator?: Deallocator) {
      return deallocator === undefined
        ? ffi.toArrayBuffer(BigInt(pointer), bytes, false)
        : other().view(pointer, bytes, deallocator);
    },
  };
}
