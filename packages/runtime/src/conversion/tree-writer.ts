import { NogilError } from '@nogil/abi';
import {
  NG_TAG_BIGINT64,
  NG_TAG_BIGINT_HEX,
  NG_TAG_BYTES,
  NG_TAG_FALSE,
  NG_TAG_FLOAT,
  NG_TAG_INT,
  NG_TAG_JS_OBJECT,
  NG_TAG_NONE,
  NG_TAG_NULL,
  NG_TAG_OBJECT,
  NG_TAG_STRING_LATIN1,
  NG_TAG_STRING_UTF16,
  NG_TAG_TRUE,
  NG_TREE_FLOATS,
  NG_TREE_INT32,
  NG_TREE_INT32S,
} from '@nogil/abi/constants';

import { type Crossing, ForcedFloat, Handle, Reference, Tree } from '../frame/crossing.js';

const FIRST_SIZE = 16_384;
/** Memory that one large container needed is not kept for the next, small one. */
const KEPT_SIZE = 1 << 20;
/** Lengths have 32 bits, and offsets are computed in them. */
const LARGEST_SIZE = 2 ** 31;
/** Text up to this many units is written by a loop; longer text by the host. */
const LOOPED_TEXT = 64;
/** Shorter runs of numbers are written one by one. */
const SHORTEST_RUN = 4;

const LEAST_INT64 = -(2n ** 63n);
const GREATEST_INT64 = 2n ** 63n - 1n;

/**
 * Writes trees (`ng_tree_tag` in nogil.h). Runs no code of the user's but where `writeRun` reads an array.
 * One conversion uses it at a time; what it wrote is good until `clear`.
 */
export class TreeWriter {
  #bytes = new Uint8Array(0);
  #words = new Uint32Array(0);
  #ints = new Int32Array(0);
  #doubles = new Float64Array(0);
  #longs = new BigInt64Array(0);
  #buffer = Buffer.alloc(0);
  #position = 0;

  constructor() {
    this.#allocate(FIRST_SIZE);
  }

  /** Where the next part begins, in bytes. */
  get position(): number {
    return this.#position;
  }

  /** The bytes of a tree. */
  bytes(tree: Tree): Uint8Array {
    return this.#bytes.subarray(tree.start, tree.end);
  }

  /** Forgets what was written. */
  clear(): void {
    this.#position = 0;
    if (this.#bytes.length > KEPT_SIZE) this.#allocate(FIRST_SIZE);
  }

  /** A part without a payload: a container, a reference, a singleton. */
  writeHead(tag: number, length: number): void {
    const at = this.#reserve(8) >> 2;
    this.#words[at] = tag;
    this.#words[at + 1] = length;
  }

  writeNumber(value: number): void {
    const int = value | 0;
    if (int === value && (int !== 0 || !Object.is(value, -0))) {
      const at = this.#reserve(8) >> 2;
      this.#words[at] = NG_TREE_INT32;
      this.#ints[at + 1] = int;
      return;
    }
    this.#writePayload(
      Number.isSafeInteger(value) && value !== 0 ? NG_TAG_INT : NG_TAG_FLOAT,
      value,
    );
  }

  /** Any scalar or handle. */
  writeCrossing(value: Crossing): void {
    switch (typeof value) {
      case 'number':
        this.writeNumber(value);
        return;
      case 'string':
        this.writeText(value);
        return;
      case 'boolean':
        this.writeHead(value ? NG_TAG_TRUE : NG_TAG_FALSE, 0);
        return;
      case 'bigint':
        this.#writeBigInt(value);
        return;
      case 'symbol':
        this.writeHead(NG_TAG_NULL, 0);
        return;
      default:
        if (value === null || value === undefined) this.writeHead(NG_TAG_NONE, 0);
        else if (value instanceof Handle) this.#writePayload(NG_TAG_OBJECT, value.number);
        else if (value instanceof Reference)
          this.#writePayload(NG_TAG_JS_OBJECT, value.number, value.shape);
        else if (value instanceof ForcedFloat) this.#writePayload(NG_TAG_FLOAT, value.value);
        else if (value instanceof Tree) throw new NogilError('INTERNAL', 'a tree inside of a tree');
        else this.#writeBytes(value);
    }
  }

  writeText(text: string): void {
    const { length } = text;
    // One unit may need two bytes, and which it is shows only on the way.
    const start = this.#reserve(8 + padded(length * 2)) + 8;
    const word = (start >> 2) - 2;
    this.#words[word + 1] = length;
    if (length <= LOOPED_TEXT) {
      const bytes = this.#bytes;
      let i = 0;
      for (; i < length; i++) {
        const unit = text.charCodeAt(i);
        if (unit > 0xff) break;
        bytes[start + i] = unit;
      }
      if (i === length) {
        this.#words[word] = NG_TAG_STRING_LATIN1;
        this.#position = start + padded(length);
        return;
      }
    }
    this.#words[word] = NG_TAG_STRING_UTF16;
    this.#buffer.write(text, start, 'utf16le');
  }

  /**
   * Writes the numbers that an array begins with, as one part, if there are enough.
   *
   * @param length - how many items the array is known to have
   * @returns how many it wrote
   */
  writeRun(array: readonly unknown[], length: number): number {
    if (length < SHORTEST_RUN) return 0;
    const first = array[0];
    if (typeof first !== 'number') return 0;
    const isInt = (first | 0) === first && !Object.is(first, -0);
    if (!isInt && Number.isSafeInteger(first) && !Object.is(first, -0)) return 0;
    const head = this.#position;
    // Checked before the array is read: a getter of the array's may come back here, to another writer.
    this.#reserve(8 + padded(length * (isInt ? 4 : 8)));
    const count = isInt
      ? this.#writeInts(array, length, (head + 8) >> 2)
      : this.#writeFloats(array, length, (head + 8) >> 3);
    if (count < SHORTEST_RUN) {
      this.#position = head;
      return 0;
    }
    this.#words[head >> 2] = isInt ? NG_TREE_INT32S : NG_TREE_FLOATS;
    this.#words[(head >> 2) + 1] = count;
    this.#position = head + 8 + padded(count * (isInt ? 4 : 8));
    return count;
  }

  #writeInts(array: readonly unknown[], length: number, at: number): number {
    const ints = this.#ints;
    for (let i = 0; i < length; i++) {
      const value = array[i];
      if (typeof value !== 'number') return i;
      const int = value | 0;
      if (int !== value || (int === 0 && Object.is(value, -0))) return i;
      ints[at + i] = int;
    }
    return length;
  }

  #writeFloats(array: readonly unknown[], length: number, at: number): number {
    const doubles = this.#doubles;
    for (let i = 0; i < length; i++) {
      const value = array[i];
      if (typeof value !== 'number' || (Number.isSafeInteger(value) && !Object.is(value, -0)))
        return i;
      doubles[at + i] = value;
    }
    return length;
  }

  #writeBigInt(value: bigint): void {
    if (value >= LEAST_INT64 && value <= GREATEST_INT64) {
      const at = this.#reserve(16);
      this.#words[at >> 2] = NG_TAG_BIGINT64;
      this.#longs[(at + 8) >> 3] = value;
      return;
    }
    const hex = value < 0n ? `-0x${(-value).toString(16)}` : `0x${value.toString(16)}`;
    const at = this.#reserve(8 + padded(hex.length));
    this.#words[at >> 2] = NG_TAG_BIGINT_HEX;
    this.#words[(at >> 2) + 1] = hex.length;
    this.#buffer.write(hex, at + 8, 'latin1');
  }

  #writeBytes(value: Uint8Array): void {
    const at = this.#reserve(8 + padded(value.byteLength));
    this.#words[at >> 2] = NG_TAG_BYTES;
    this.#words[(at >> 2) + 1] = value.byteLength;
    this.#bytes.set(value, at + 8);
  }

  #writePayload(tag: number, value: number, length = 0): void {
    const at = this.#reserve(16);
    this.#words[at >> 2] = tag;
    this.#words[(at >> 2) + 1] = length;
    this.#doubles[(at + 8) >> 3] = value;
  }

  /** Room for `bytes`, a multiple of eight; where it begins. */
  #reserve(bytes: number): number {
    const start = this.#position;
    if (start + bytes > this.#bytes.length) this.#grow(start + bytes);
    this.#position = start + bytes;
    return start;
  }

  #grow(needed: number): void {
    if (needed > LARGEST_SIZE) {
      throw new NogilError(
        'UNSUPPORTED_VALUE',
        'a container of more than 2 GiB is too large to be copied to Python at once; pass it in parts',
      );
    }
    const old = this.#bytes;
    this.#allocate(Math.min(LARGEST_SIZE, Math.max(needed, old.length * 2)));
    this.#bytes.set(old);
  }

  #allocate(size: number): void {
    let memory: ArrayBuffer;
    try {
      memory = new ArrayBuffer(size);
    } catch (cause) {
      throw new NogilError('OUT_OF_MEMORY', `there is no memory for a container of ${size} bytes`, {
        cause,
      });
    }
    this.#bytes = new Uint8Array(memory);
    this.#words = new Uint32Array(memory);
    this.#ints = new Int32Array(memory);
    this.#doubles = new Float64Array(memory);
    this.#longs = new BigInt64Array(memory);
    this.#buffer = Buffer.from(memory);
  }
}

function padded(bytes: number): number {
  return (bytes + 7) & ~7;
}
