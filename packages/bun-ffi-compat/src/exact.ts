import type { RawArgument, RawResult } from './backend.js';
import type { FFITypeNumber, Pointer } from './types.js';

/** How a value is called in a message. */
function named(value: unknown): string {
  if (value === null) return 'null';
  if (typeof value === 'bigint') return `${value}n`;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (typeof value === 'string') return 'a string';
  return typeof value === 'object' ? 'an object' : typeof value;
}

/** The values of each integer type. */
const ranges: Partial<Record<FFITypeNumber, readonly [bigint, bigint]>> = {
  0: [-(2n ** 7n), 2n ** 7n - 1n],
  1: [-(2n ** 7n), 2n ** 7n - 1n],
  2: [0n, 2n ** 8n - 1n],
  3: [-(2n ** 15n), 2n ** 15n - 1n],
  4: [0n, 2n ** 16n - 1n],
  5: [-(2n ** 31n), 2n ** 31n - 1n],
  6: [0n, 2n ** 32n - 1n],
  7: [-(2n ** 63n), 2n ** 63n - 1n],
  8: [0n, 2n ** 64n - 1n],
  15: [-(2n ** 63n), 2n ** 63n - 1n],
  16: [0n, 2n ** 64n - 1n],
};

function exactInteger(
  value: unknown,
  [low, high]: readonly [bigint, bigint],
  where: string,
): number | bigint {
  if (typeof value === 'number') {
    if (!Number.isSafeInteger(value)) {
      throw new RangeError(
        `${where} is ${value}: not an integer that a number holds exactly; pass a bigint`,
      );
    }
  } else if (typeof value !== 'bigint') {
    throw new TypeError(`${where} is ${named(value)}; it takes a number or a bigint`);
  }
  if (value < low || value > high) {
    throw new RangeError(`${where} is ${named(value)}; it takes ${low} to ${high}`);
  }
  return high > BigInt(Number.MAX_SAFE_INTEGER) ? value : Number(value);
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
  return number;
}

/** Whether it is memory that C can be given. */
function isMemory(value: unknown): value is ArrayBuffer | ArrayBufferView {
  return value instanceof ArrayBuffer || ArrayBuffer.isView(value);
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
        (typeof value === 'string' ? ' (encode a string: Buffer.from(`${text}\\0`))' : ''),
    );
  }
  const buffer = ArrayBuffer.isView(value) ? value.buffer : value;
  if (!(buffer instanceof ArrayBuffer)) {
    throw new TypeError(`${where} is a view on a SharedArrayBuffer, which not every host can pass`);
  }
  if (value.byteLength === 0) {
    throw new TypeError(
      `${where} is empty: the address of nothing means nothing; pass null for NULL`,
    );
  }
  return value;
}

/**
 * An argument on its way into C: exact, or it throws.
 *
 * @param type - of the parameter
 * @param where - `abs(), argument 1`
 * @throws TypeError for a value of another kind, RangeError for one out of range
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
    case 17: {
      if (value === null) return null;
      if (typeof value !== 'number' && typeof value !== 'bigint') return memoryOf(value, where);
      const pointer = exactPointer(value, where);
      return pointer === 0 ? null : pointer;
    }
    default:
      throw new TypeError(`${where} has the type void, which is for results only`);
  }
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
