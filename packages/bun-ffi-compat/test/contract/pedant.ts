/**
 * A backend between the package and a real one. It answers in every form that the interface of a backend
 * allows, the next form each time, and notes whatever it is given that the interface excludes.
 */
import type {
  Backend,
  RawArgument,
  RawFunction,
  RawResult,
  RawSignature,
  RawType,
} from '../../src/backend.js';
import type { Pointer } from '../../src/types.js';

const pointers: ReadonlySet<RawType> = new Set<RawType>([12, 17]);
/** The width of each integer type, negative when it is signed. */
const widths: Partial<Record<RawType, number>> = {
  0: -8,
  1: -8,
  2: 8,
  3: -16,
  4: 16,
  5: -32,
  6: 32,
  7: -64,
  8: 64,
  15: -64,
  16: 64,
};

function isInteger(value: unknown, width: number): boolean {
  if (typeof value === 'number' ? !Number.isSafeInteger(value) : typeof value !== 'bigint') {
    return false;
  }
  if (typeof value === 'bigint' && Math.abs(width) < 64) return false;
  const bits = BigInt(value as number | bigint);
  return width < 0 ? BigInt.asIntN(-width, bits) === bits : BigInt.asUintN(width, bits) === bits;
}

const isAddress = (value: unknown) => Number.isSafeInteger(value) && (value as number) > 0;

function isMemory(value: unknown): boolean {
  if (!ArrayBuffer.isView(value) && !(value instanceof ArrayBuffer)) return false;
  const buffer = ArrayBuffer.isView(value) ? value.buffer : value;
  return buffer instanceof ArrayBuffer && value.byteLength > 0;
}

/** Whether a value may go into C. */
function isOf(type: RawType, value: unknown): boolean {
  const width = widths[type];
  if (width !== undefined) return isInteger(value, width);
  switch (type) {
    case 9:
    case 10:
      return typeof value === 'number';
    case 11:
      return typeof value === 'boolean';
    case 12:
      return value === null || isAddress(value) || isMemory(value);
    case 17:
      return value === null || isAddress(value);
    default:
      return value === undefined;
  }
}

/** @returns the backend, and what was wrong, in words */
export function pedant(backend: Backend): { backend: Backend; complaints: readonly string[] } {
  const complaints = new Set<string>();
  const must = (holds: boolean, complaint: string) => {
    if (!holds) complaints.add(complaint);
  };
  let turn = 0;
  let calls = 0; // into C, under way

  function either(value: number | bigint): number | bigint {
    turn += 1;
    const isExact = Number.isSafeInteger(Number(value));
    return isExact && turn % 2 === 0 ? Number(value) : BigInt(value);
  }

  const place = (pointer: Pointer | bigint) => either(pointer) as Pointer | bigint;

  /** A value from C in the next of its forms. */
  function form(type: RawType, value: RawResult): RawResult {
    if (type === 13) return (turn += 1) % 2 === 0 ? undefined : 7;
    if (pointers.has(type) && (value === null || value === undefined || Number(value) === 0)) {
      return ([null, 0, 0n] as const)[(turn += 1) % 3];
    }
    const isWide = pointers.has(type) || Math.abs(widths[type] ?? 0) === 64;
    return isWide ? either(value as number | bigint) : value;
  }

  function inspect({ parameters, result }: RawSignature): void {
    const known = (type: number) =>
      widths[type as RawType] !== undefined || [9, 10, 11, 12, 17].includes(type);
    must(parameters.every(known), `parameters ${parameters.join()}`);
    must(known(result) || result === 13, `result ${result}`);
  }

  function bound(raw: RawFunction, signature: RawSignature, isOpen: () => boolean): RawFunction {
    inspect(signature);
    const { parameters, result } = signature;
    return (...values: RawArgument[]) => {
      must(isOpen(), 'a closed library was called');
      must(values.length === parameters.length, 'another number of arguments');
      parameters.forEach((type, i) => {
        must(isOf(type, values[i]), `${typeof values[i]} for a parameter of the type ${type}`);
      });
      calls += 1;
      try {
        return form(result, raw(...values));
      } finally {
        calls -= 1;
      }
    };
  }

  const strict: Backend = {
    open(path, names) {
      const library = backend.open(path, names);
      let isOpen = true;
      return {
        find(name) {
          must(names.includes(name), `find(${name}), which open() did not name`);
          const pointer = library.find(name);
          return pointer === undefined ? undefined : place(pointer);
        },
        bind: (name, pointer, signature) =>
          bound(library.bind(name, pointer, signature), signature, () => isOpen),
        close() {
          must(isOpen, 'a library was closed twice');
          must(calls === 0, 'a library was closed while C ran');
          isOpen = false;
          library.close();
        },
      };
    },
    bind(pointer, name, signature) {
      must(isAddress(pointer), `bind(${pointer})`);
      return bound(backend.bind(pointer, name, signature), signature, () => true);
    },
    callback(signature, call, threadsafe) {
      inspect(signature);
      const { parameters, result } = signature;
      let running = 0;
      let isOpen = true;
      const raw = backend.callback(
        signature,
        (...values) => {
          running += 1;
          try {
            const answer = call(...parameters.map((type, i) => form(type, values[i])));
            must(
              isOf(result, answer) && !isMemory(answer),
              `the answer ${String(answer)} of the type ${result}`,
            );
            return answer;
          } catch (error) {
            complaints.add(`a callback threw ${String(error)}`);
            throw error;
          } finally {
            running -= 1;
          }
        },
        threadsafe,
      );
      return {
        pointer: place(raw.pointer),
        close() {
          must(isOpen, 'a callback was closed twice');
          must(running === 0, 'a callback was closed while it ran');
          isOpen = false;
          raw.close();
        },
      };
    },
    addressOf(memory) {
      must(isMemory(memory), 'the address of nothing');
      return place(backend.addressOf(memory));
    },
    view(pointer, bytes, deallocator) {
      must(isAddress(pointer) && isAddress(bytes), `view(${pointer}, ${bytes})`);
      must(deallocator === undefined || isAddress(deallocator.function), 'a deallocator at 0');
      return backend.view(pointer, bytes, deallocator);
    },
  };
  return {
    backend: strict,
    get complaints() {
      return [...complaints];
    },
  };
}
