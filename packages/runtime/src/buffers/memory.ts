import { types } from 'node:util';

import { NogilError, statusError } from '@nogil/abi';
import {
  NG_MEMORY_F16,
  NG_MEMORY_F32,
  NG_MEMORY_F64,
  NG_MEMORY_I16,
  NG_MEMORY_I32,
  NG_MEMORY_I64,
  NG_MEMORY_I8,
  NG_MEMORY_RAW,
  NG_MEMORY_SHARED,
  NG_MEMORY_U16,
  NG_MEMORY_U32,
  NG_MEMORY_U64,
  NG_MEMORY_U8,
  NG_MEMORY_U8_CLAMPED,
  NG_OPERATION_CALL,
} from '@nogil/abi/constants';

import { readResult } from '../conversion/to-js.js';
import type { Environment } from '../environment.js';
import { Handle } from '../frame/crossing.js';
import { operate } from '../frame/operate.js';
import { supportFunction } from '../support.js';
import type { PyProxy } from '../types.js';
import { memoryMode } from './pin.js';
import { exportNumberOf } from './py-buffer.js';
import { bufferSwitches } from './switches.js';

/** What has memory that Python can see. */
export type Memory = ArrayBufferLike | ArrayBufferView;

const KINDS: Readonly<Record<string, number>> = {
  Int8Array: NG_MEMORY_I8,
  Uint8Array: NG_MEMORY_U8,
  Uint8ClampedArray: NG_MEMORY_U8_CLAMPED,
  Int16Array: NG_MEMORY_I16,
  Uint16Array: NG_MEMORY_U16,
  Int32Array: NG_MEMORY_I32,
  Uint32Array: NG_MEMORY_U32,
  Float32Array: NG_MEMORY_F32,
  Float64Array: NG_MEMORY_F64,
  BigInt64Array: NG_MEMORY_I64,
  BigUint64Array: NG_MEMORY_U64,
  Float16Array: NG_MEMORY_F16,
};

type Getter<Value> = (this: Memory) => Value;

/** A getter of the language's: a class derived from a typed array may say what it likes. */
function getter<Value>(prototype: object, name: string | symbol): Getter<Value> {
  // eslint-disable-next-line @typescript-eslint/unbound-method -- called with a value as `this`
  return Object.getOwnPropertyDescriptor(prototype, name)?.get as Getter<Value>;
}

const arrayPrototype = Object.getPrototypeOf(Uint8Array.prototype) as object;
const arrayName = getter<string | undefined>(arrayPrototype, Symbol.toStringTag);
const arrayParts = [
  getter<ArrayBufferLike>(arrayPrototype, 'buffer'),
  getter<number>(arrayPrototype, 'byteOffset'),
  getter<number>(arrayPrototype, 'byteLength'),
] as const;
const viewParts = [
  getter<ArrayBufferLike>(DataView.prototype, 'buffer'),
  getter<number>(DataView.prototype, 'byteOffset'),
  getter<number>(DataView.prototype, 'byteLength'),
] as const;

/** Whether a value is a typed array, a DataView or a buffer, of any realm. */
export function isMemory(value: object): value is Memory {
  return ArrayBuffer.isView(value) || types.isAnyArrayBuffer(value);
}

interface Bytes {
  readonly bytes: Uint8Array;
  readonly buffer: ArrayBufferLike;
  readonly kind: number;
}

function bytesOf(value: Memory): Bytes {
  if (!ArrayBuffer.isView(value)) {
    return { bytes: viewOn(value), buffer: value, kind: NG_MEMORY_RAW };
  }
  const name = arrayName.call(value);
  const [bufferOf, offsetOf, lengthOf] = name === undefined ? viewParts : arrayParts;
  const buffer = bufferOf.call(value);
  // Of a detached buffer a DataView has neither.
  const bytes = viewOn(buffer, () => [offsetOf.call(value), lengthOf.call(value)]);
  return { bytes, buffer, kind: KINDS[name ?? ''] ?? NG_MEMORY_RAW };
}

function viewOn(buffer: ArrayBufferLike, part?: () => [number, number]): Uint8Array {
  try {
    return new Uint8Array(buffer, ...(part?.() ?? []));
  } catch (cause) {
    if (!(cause instanceof TypeError)) throw cause;
    throw new NogilError(
      'INVALID_ARGUMENT',
      'this buffer is detached: it was transferred, or belonged to a PyBuffer that was released; pass it before',
      { cause },
    );
  }
}

/**
 * A Python object with the buffer protocol over the memory of a value; what Python gives back later is the value
 * itself.
 *
 * @returns a handle, the caller's
 * @throws NogilError `INVALID_ARGUMENT` for a buffer that is detached
 */
export function memoryHandle({ core }: Environment, value: Memory): Handle {
  const { bytes, buffer, kind } = bytesOf(value);
  const source = exportNumberOf(buffer);
  const mode = source === 0 ? memoryMode(core, buffer) : NG_MEMORY_SHARED;
  const made = core.createMemory(bytes, value, kind, mode, source);
  if (typeof made !== 'number') throw statusError(made.status, made.message);
  return new Handle(made);
}

function describe(value: unknown): string {
  return value === null ? 'null' : typeof value;
}

/** A Python `bytes` with a copy of the memory of a value. */
export function makeBytes(environment: Environment, value: Memory): PyProxy {
  if (typeof value !== 'object' || (value as unknown) === null || !isMemory(value)) {
    throw new NogilError(
      'INVALID_ARGUMENT',
      `python.bytes takes a typed array, a DataView or a buffer, not ${describe(value)}; for text: Buffer.from(text)`,
    );
  }
  const same = supportFunction(environment, 'same');
  const { bytes } = bytesOf(value);
  return operate(environment, NG_OPERATION_CALL, [same, bytes], readResult) as PyProxy;
}

/** Memory of the core's own: `python.alloc`. */
export function allocate({ core }: Environment, bytes: number): ArrayBuffer | SharedArrayBuffer {
  if (!Number.isSafeInteger(bytes) || bytes < 0) {
    throw new NogilError(
      'INVALID_ARGUMENT',
      `python.alloc takes a number of bytes, not ${String(bytes)}`,
    );
  }
  // A host that takes no memory but its own has memory that Python may share, as long as its thread lives.
  const made = bytes === 0 || !bufferSwitches.external ? null : core.allocateMemory(bytes);
  return made ?? new SharedArrayBuffer(bytes);
}
