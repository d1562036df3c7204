import { addressStoodFor } from './addresses.js';
import type { RawArgument, RawResult } from './backend.js';
import { utf8 } from './text.js';
import type { FFITypeNumber, Pointer } from './types.js';

/** How a value is called in a message. */
function named(value: unknown): string {
  if (value === null) return 'null';
  if (typeof value === 'bigint') return `${value}n`;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (typeof value === 'string') return 'a string';
  if (value instanceof Promise) return 'a promise';
  return typeof value === 'object' ? 'an object' : typeof value;
}

/** The values of an integer type. */
interface IntegerRange {
  readonly low: bigint;
  readonly high: bigint;
  /**
   * The same as numbers, which compare with numbers as fast as a call is: bigints do not. `max` of 64 bits is
   * rounded up, which no integer that a number holds exactly comes near to.
   */
  readonly min: number;
  readonly max: number;
  /** Whether C's values are more than a number holds. */
  readonly wide: boolean;
}

function integers(bits: bigint, isSigned: boolean): IntegerRange {
  const low = isSigned ? -(2n ** (bits - 1n)) : 0n;
  const high = low + 2n ** bits - 1n;
  return { low, high, min: Number(low), max: Number(high), wide: bits === 64n };
}

const ranges: Partial<Record<FFITypeNumber, IntegerRange>> = {
  0: integers(8n, true),
  1: integers(8n, true),
  2: integers(8n, false),
  3: integers(16n, true),
  4: integers(16n, false),
  5: integers(32n, true),
  6: integers(32n, false),
  7: integers(64n, true),
  8: integers(64n, false),
  15: integers(64n, true),
  16: integers(64n, false),
};

function exactInteger(value: unknown, range: IntegerRange, where: string): number | bigint {
  if (typeof value === 'number') {
    if (!Number.isSafeInteger(value)) {
      throw new RangeError(
        `${where} is ${value}: not an integer that a number holds exactly; pass a bigint`,
      );
    }
    if (value >= range.min && value <= range.max) return value;
  } else if (typeof value !== 'bigint') {
    throw new TypeError(`${where} is ${named(value)}; it takes a number or a bigint`);
  } else if (value >= range.low && value <= range.high) {
    return range.wide ? value : Number(value);
  }
  throw new RangeError(`${where} is ${named(value)}; it takes ${range.low} to ${range.high}`);
}

/**
 * An address as a number.
 *
 * @param value - a number or a bigint
 * @param where - whose address, for the message
 * @returns 0 for NULL
 * @throws RangeError for what is no address, or one that a number cannot hold exactly
 */
export function exactPointer(value: number | bigint, where: string): Pointer {
  const number = Number(value);
  if (!Number.isSafeInteger(number) || number < 0) {
    throw new RangeError(
      `${where} is ${named(value)}: no address below 2^53, which is what a number holds exactly`,
    );
  }
  return number as Pointer;
}

/** Whether it is memory that C can be given. */
function isMemory(value: unknown): value is ArrayBuffer | ArrayBufferView {
  return value instanceof ArrayBuffer || ArrayBuffer.isView(value);
}

function refuseShared(memory: ArrayBuffer | ArrayBufferView, where: string): void {
  const buffer = ArrayBuffer.isView(memory) ? memory.buffer : memory;
  if (!(buffer instanceof ArrayBuffer)) {
    throw new TypeError(`${where} is a view on a SharedArrayBuffer, which not every host can pass`);
  }
}

/**
 * Memory with at least one byte.
 *
 * @throws TypeError for what is no memory, is shared, or is empty: the address of nothing means nothing
 */
export function memoryOf(value: unknown, where: string): ArrayBuffer | ArrayBufferView {
  if (!isMemory(value)) {
    throw new TypeError(
      `${where} is ${named(value)}; it takes an ArrayBuffer or a view on one` +
        (typeof value === 'string' ? ' (a parameter of the type cstring takes strings)' : ''),
    );
  }
  refuseShared(value, where);
  if (value.byteLength === 0) {
    throw new TypeError(
      `${where} is empty: the address of nothing means nothing; pass null for NULL`,
    );
  }
  return value;
}

/** What C is given for a view without bytes, next to a length of 0: hosts differ, and some give NULL. */
const NO_BYTES = new Uint8Array(1);

function viewOf(value: unknown, where: string): ArrayBufferView {
  if (!ArrayBuffer.isView(value)) {
    throw new TypeError(`${where} is ${named(value)}; it takes a TypedArray or a DataView`);
  }
  refuseShared(value, where);
  return value;
}

function address(value: number | bigint, where: string): Pointer | null {
  const pointer = exactPointer(value, where);
  return pointer === 0 ? null : pointer;
}

/** A function of C's: an address, a callback, or a C function as JavaScript calls it. */
function functionPointer(value: unknown, where: string): Pointer {
  const pointer =
    typeof value === 'number' || typeof value === 'bigint'
      ? exactPointer(value, where)
      : addressStoodFor(value);
  if (pointer === undefined) {
    throw new TypeError(
      `${where} is ${named(value)}; it takes a JSCallback, a C function or an address` +
        (value === null ? ' (a parameter of the type ptr takes null)' : ''),
    );
  }
  if (pointer === 0) {
    throw new TypeError(`${where} is the address 0; a parameter of the type ptr takes that`);
  }
  return pointer;
}

/**
 * An argument on its way into C: exact, or it throws.
 *
 * @param type - of the parameter
 * @param where - `abs(), argument 1`
 * @throws TypeError for a value of another kind, RangeError for one out of range, FfiError
 *   `CALLBACK_CLOSED` or `LIBRARY_CLOSED` for a function that is not there any more
 */
export function exactArgument(type: FFITypeNumber, value: unknown, where: string): RawArgument {
  const range = ranges[type];
  if (range !== undefined) return exactInteger(value, range, where);
  switch (type) {
    case 9:
    case 10: // a double is rounded to the nearest float, as C does
      if (typeof value === 'number') return value;
      throw new TypeError(`${where} is ${named(value)}; it takes a number`);
    case 11:
      if (typeof value === 'boolean') return value;
      throw new TypeError(`${where} is ${named(value)}; it takes true or false`);
    case 12:
    case 14:
      if (value === null) return null;
      if (typeof value === 'number' || typeof value === 'bigint') return address(value, where);
      if (type === 14 && typeof value === 'string') return utf8(value, where);
      return addressStoodFor(value) ?? memoryOf(value, where);
    case 17:
      return functionPointer(value, where);
    case 20: {
      const view = viewOf(value, where);
      return view.byteLength === 0 ? NO_BYTES : view;
    }
    case 21:
      return viewOf(value, where).byteLength;
    default:
      throw new TypeError(`${where} has the type void, which is for results only`);
  }
}

/**
 * What a callback answers to C: exact, or it throws. As {@link exactArgument}, but a pointer is an address:
 * nobody would keep memory alive for C after the callback.
 *
 * @returns undefined for the type void, whatever the callback returned
 */
export function exactAnswer(
  type: FFITypeNumber,
  value: unknown,
  where: string,
): number | bigint | boolean | null | undefined {
  if (type === 13) return undefined;
  const isPointer = type === 12 || type === 14 || type === 17;
  if (!isPointer) return exactArgument(type, value, where) as number | bigint | boolean;
  if (value === null) return null;
  if (typeof value === 'number' || typeof value === 'bigint') return address(value, where);
  const pointer = addressStoodFor(value);
  if (pointer !== undefined) return pointer;
  throw new TypeError(
    `${where} is ${named(value)}; it is an address or null: keep memory alive yourself and return its ptr()`,
  );
}

/**
 * A result on its way out of C. 64 bits are a bigint; `…_fast` a number where that is exact; a pointer a
 * number, NULL `null`.
 *
 * @throws RangeError for a pointer beyond 2^53
 */
export function exactResult(
  type: FFITypeNumber,
  value: RawResult,
  where: string,
): number | bigint | boolean | null | undefined {
  switch (type) {
    case 7:
    case 8:
      return BigInt(value as number | bigint);
    case 15:
    case 16: {
      const number = Number(value);
      return Number.isSafeInteger(number) ? number : BigInt(value as number | bigint);
    }
    case 12:
    case 14:
    case 17: {
      if (value === null || value === undefined) return null;
      const pointer = exactPointer(value as number | bigint, where);
      return pointer === 0 ? null : pointer;
    }
    case 13:
      return undefined;
    default:
      return value;
  }
}
