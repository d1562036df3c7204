import type { Backend, Deallocator } from './backend.js';
import { exactPointer, memoryOf } from './exact.js';
import { inheritFromString } from './string-prototype.js';
import { fromUtf8 } from './text.js';
import type { Address, CStringConstructor, Pointer } from './types.js';

/** Memory is protected in units of at least this many bytes: reading up to the end of one is safe. */
const PAGE_SIZE = 4096;

/** Reads text that ends with a NUL byte. */
export interface TextReader {
  /**
   * @param pointer - its first byte
   * @returns a copy
   * @throws TypeError when it is not UTF-8
   */
  read(pointer: Pointer): string;
}

/** Reads one value, `byteOffset` bytes (0 without it) from an address. Unaligned is fine. */
type Reader<Value> = (pointer: Address, byteOffset?: number) => Value;

/** Reads of single values in native byte order: nothing is checked but that the address is not 0. */
export interface Read {
  readonly u8: Reader<number>;
  readonly i8: Reader<number>;
  readonly u16: Reader<number>;
  readonly i16: Reader<number>;
  readonly u32: Reader<number>;
  readonly i32: Reader<number>;
  readonly u64: Reader<bigint>;
  readonly i64: Reader<bigint>;
  readonly f32: Reader<number>;
  readonly f64: Reader<number>;
  /** An address; 0 for NULL, as in Bun. RangeError beyond 2^53. */
  readonly ptr: Reader<number>;
  /** A signed word. RangeError where a number does not hold it exactly. */
  readonly intptr: Reader<number>;
}

/** The part of the API that looks at memory. */
export interface Memory {
  /**
   * Where a view's first byte is.
   *
   * @param memory - a view or an ArrayBuffer with at least one byte; it must outlive the address
   * @param byteOffset - added to it; within the memory or at its end
   * @throws TypeError for what has no address, RangeError for an offset outside
   */
  readonly ptr: (memory: ArrayBuffer | ArrayBufferView, byteOffset?: number) => Pointer;
  readonly read: Read;
  /**
   * Memory as an ArrayBuffer, without a copy. Whoever owns the memory keeps it alive; with a deallocator,
   * the ArrayBuffer owns it.
   *
   * @param byteOffset - added to the address; 0 without it
   * @param byteLength - without it, up to the first NUL byte
   * @param deallocatorContext - given to the deallocator as its second argument; may be left out
   * @param deallocator - the address of a `void (*)(void *bytes, void *context)`, called with the first byte
   *   of the ArrayBuffer some time after nobody can reach it any more, on any thread, and not at the end of
   *   the process. Outside of Bun such an ArrayBuffer cannot be transferred: its memory would be freed
   * @throws TypeError for the address 0, RangeError for a length of less than 1
   */
  readonly toArrayBuffer: MemoryView<ArrayBuffer>;
  /** As {@link Memory.toArrayBuffer}, as a Buffer. */
  readonly toBuffer: MemoryView<Buffer>;
  readonly CString: CStringConstructor;
}

/** Looks at memory. */
export interface MemoryView<View> {
  (pointer: Address, byteOffset?: number, byteLength?: number, deallocator?: Address): View;
  (
    pointer: Address,
    byteOffset: number | undefined,
    byteLength: number | undefined,
    deallocatorContext: Address | null | undefined,
    deallocator: Address,
  ): View;
}

/**
 * Makes {@link Memory} on a backend.
 *
 * @param backend - called at the first use
 */
export function makeMemory(backend: () => Backend): { memory: Memory; texts: TextReader } {
  function placeOf(pointer: Address, byteOffset: number): Pointer {
    if (typeof pointer !== 'number' && typeof pointer !== 'bigint') {
      throw new TypeError(`a pointer is a number; this is ${typeof pointer}`);
    }
    if (!Number.isSafeInteger(byteOffset)) throw new RangeError(`${byteOffset} is no byte offset`);
    const place = exactPointer(pointer, 'the pointer');
    if (place === 0) throw new TypeError('the pointer is NULL');
    return exactPointer(place + byteOffset, 'the pointer');
  }

  function lengthAt(pointer: number): number {
    let length = 0;
    for (;;) {
      const rest = PAGE_SIZE - ((pointer + length) % PAGE_SIZE);
      const end = new Uint8Array(backend().view((pointer + length) as Pointer, rest)).indexOf(0);
      if (end >= 0) return length + end;
      length += rest;
    }
  }

  function deallocatorOf(first?: Address | null, second?: Address): Deallocator | undefined {
    const [context, pointer] = second === undefined ? [null, first] : [first ?? null, second];
    if (pointer === null || pointer === undefined) return undefined;
    const place = exactPointer(pointer, 'the deallocator');
    if (place === 0) throw new TypeError('the deallocator is NULL');
    return {
      function: place,
      context: context === null ? null : exactPointer(context, "the deallocator's context"),
    };
  }

  function toArrayBuffer(
    pointer: Address,
    byteOffset = 0,
    byteLength?: number,
    deallocatorOrContext?: Address | null,
    deallocator?: Address,
  ): ArrayBuffer {
    const place = placeOf(pointer, byteOffset);
    const bytes = byteLength ?? lengthAt(place);
    if (!Number.isSafeInteger(bytes) || bytes < 1) {
      throw new RangeError(`${bytes} bytes of memory cannot be looked at; it takes 1 or more`);
    }
    return backend().view(place, bytes, deallocatorOf(deallocatorOrContext, deallocator));
  }

  function reader<Value>(bytes: number, get: (view: DataView) => Value): Reader<Value> {
    return (pointer, byteOffset = 0) =>
      get(new DataView(backend().view(placeOf(pointer, byteOffset), bytes)));
  }

  const littleEndian = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;
  const read: Read = {
    u8: reader(1, (view) => view.getUint8(0)),
    i8: reader(1, (view) => view.getInt8(0)),
    u16: reader(2, (view) => view.getUint16(0, littleEndian)),
    i16: reader(2, (view) => view.getInt16(0, littleEndian)),
    u32: reader(4, (view) => view.getUint32(0, littleEndian)),
    i32: reader(4, (view) => view.getInt32(0, littleEndian)),
    u64: reader(8, (view) => view.getBigUint64(0, littleEndian)),
    i64: reader(8, (view) => view.getBigInt64(0, littleEndian)),
    f32: reader(4, (view) => view.getFloat32(0, littleEndian)),
    f64: reader(8, (view) => view.getFloat64(0, littleEndian)),
    ptr: reader(8, (view) => exactPointer(view.getBigUint64(0, littleEndian), 'what is there')),
    intptr: reader(8, (view) => {
      const value = view.getBigInt64(0, littleEndian);
      if (Number.isSafeInteger(Number(value))) return Number(value);
      throw new RangeError(`what is there is ${value}n, which a number does not hold exactly`);
    }),
  };

  function textAt(pointer: Address | null, byteOffset = 0, byteLength?: number): string {
    if (pointer === null || Number(pointer) === 0) return '';
    const place = placeOf(pointer, byteOffset);
    const length = byteLength ?? lengthAt(place);
    if (!Number.isSafeInteger(length) || length < 0) {
      throw new RangeError(`text of ${length} bytes cannot be read`);
    }
    return length === 0 ? '' : fromUtf8(backend().view(place, length).slice(0));
  }

  function CString(...place: Parameters<typeof textAt>): unknown {
    const text = textAt(...place);
    return (new.target as unknown) === undefined
      ? text
      : Reflect.construct(String, [text], new.target);
  }
  inheritFromString(CString.prototype as object);
  Object.defineProperty(CString, 'name', { value: 'CString' });
  // What console.log shows of it.
  Object.defineProperty(CString.prototype, Symbol.for('nodejs.util.inspect.custom'), {
    value(this: unknown) {
      return String(this);
    },
  });

  const memory: Memory = {
    ptr(memory, byteOffset = 0) {
      const { byteLength } = memoryOf(memory, 'what was given to ptr()');
      if (!Number.isSafeInteger(byteOffset) || byteOffset < 0 || byteOffset > byteLength) {
        throw new RangeError(`the offset ${byteOffset} is outside of ${byteLength} bytes`);
      }
      return exactPointer(Number(backend().addressOf(memory)) + byteOffset, 'the address');
    },
    read,
    toArrayBuffer,
    toBuffer: (...place: Parameters<typeof toArrayBuffer>) => Buffer.from(toArrayBuffer(...place)),
    CString: CString as unknown as CStringConstructor,
  };
  return { memory, texts: { read: (pointer) => textAt(pointer) } };
}
