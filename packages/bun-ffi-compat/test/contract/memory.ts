/** Memory: addresses, views on them, and who frees it. */
import { deepStrictEqual, strictEqual, throws } from 'node:assert';

import { type Case, collect, library, until } from './case.js';

export const memory: Readonly<Record<string, Case>> = {
  'single values are read in native order, unaligned as well'({ ptr, read }) {
    const memory = new DataView(new ArrayBuffer(24));
    const little = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;
    memory.setBigUint64(1, 0xfedcba9876543210n, little);
    memory.setFloat64(9, 0.1, little);
    memory.setFloat32(17, 0.5, little);
    const place = ptr(memory);
    strictEqual(read.u64(place, 1), 0xfedcba9876543210n);
    strictEqual(read.i64(place, 1), 0xfedcba9876543210n - 2n ** 64n);
    strictEqual(read.u32(place, 1), memory.getUint32(1, little));
    strictEqual(read.i32(place, 5), memory.getInt32(5, little));
    strictEqual(read.u16(place, 1), memory.getUint16(1, little));
    strictEqual(read.i16(place, 7), memory.getInt16(7, little));
    strictEqual(read.u8(place, 8), memory.getUint8(8));
    strictEqual(read.i8(place, 8), memory.getInt8(8));
    strictEqual(read.f64(place, 9), 0.1);
    strictEqual(read.f32(place, 17), 0.5);
    throws(() => read.ptr(place, 1), RangeError);
    throws(() => read.intptr(place, 1), RangeError);
    throws(() => read.u8(0), TypeError);
    strictEqual(memory.byteLength, 24);
  },
  'a pointer that is read is a number, and NULL is 0'({ ptr, read }) {
    const memory = new BigUint64Array([0n, 4096n, 2n ** 53n - 1n]);
    const place = ptr(memory);
    strictEqual(read.ptr(place), 0);
    strictEqual(read.ptr(place, 8), 4096);
    strictEqual(read.intptr(place, 16), 2 ** 53 - 1);
    strictEqual(memory.length, 3);
  },
  'memory is looked at without a copy'({ ptr, toArrayBuffer, toBuffer }) {
    const memory = new Uint8Array([1, 2, 3, 4, 0]);
    const place = ptr(memory);
    const same = new Uint8Array(toArrayBuffer(place, 1, 2));
    deepStrictEqual([...same], [2, 3]);
    memory[1] = 9;
    strictEqual(same[0], 9);
    const buffer = toBuffer(place, 0, 4);
    strictEqual(Buffer.isBuffer(buffer), true);
    buffer[3] = 7;
    strictEqual(memory[3], 7);
    strictEqual(toBuffer(place).length, 4);
    throws(() => toArrayBuffer(0, 0, 4), TypeError);
    throws(() => toArrayBuffer(place, 0, 0), RangeError);
  },
  'what has no address is refused'({ ptr }) {
    const address = ptr as (value: unknown, offset?: number) => number;
    for (const value of [new Uint8Array(0), 'x', null, 5]) throws(() => address(value), TypeError);
    throws(() => address(new Uint8Array(4), 5), RangeError);
    throws(() => address(new Uint8Array(4), -1), RangeError);
  },
  async 'memory with a deallocator is freed once nobody reaches it'({
    dlopen,
    toArrayBuffer,
    toBuffer,
  }) {
    const { symbols } = dlopen(library, {
      memory_make: { returns: 'ptr' },
      memory_free: {},
      memory_note: {},
      memory_freed: { returns: 'i32' },
      memory_context: { returns: 'ptr' },
    });
    const make = () => {
      const pointer = symbols.memory_make();
      if (pointer === null) throw new Error('no memory');
      return pointer;
    };
    const free = symbols.memory_free.ptr;
    const before = symbols.memory_freed();
    const kept: Uint8Array[] = [];
    // In functions of their own: what a frame touched it may hold.
    (() => {
      kept.push(new Uint8Array(toArrayBuffer(make(), 0, 11, free)));
    })();
    (() => {
      strictEqual(toBuffer(make(), 0, 6, free).toString(), 'memory');
    })();
    await until(() => symbols.memory_freed() === before + 1, collect);
    strictEqual(symbols.memory_context(), null);
    (() => {
      const memory = toArrayBuffer(make(), 7, undefined, 4242, symbols.memory_note.ptr);
      strictEqual(Buffer.from(memory).toString(), 'of C');
    })();
    await until(() => symbols.memory_freed() === before + 2, collect);
    strictEqual(symbols.memory_context(), 4242);
    // Held by a view only, and there still.
    (() => {
      strictEqual(String.fromCharCode(...(kept[0] ?? [])), 'memory of C');
    })();
    strictEqual(symbols.memory_freed(), before + 2);
    kept.length = 0;
    await until(() => symbols.memory_freed() === before + 3, collect);
  },
  async 'memory with a deallocator is not freed under a buffer that took it over'({
    dlopen,
    toArrayBuffer,
  }) {
    const { symbols } = dlopen(library, {
      memory_make: { returns: 'ptr' },
      memory_free: {},
      memory_freed: { returns: 'i32' },
    });
    const pointer = symbols.memory_make();
    if (pointer === null) throw new Error('no memory');
    const before = symbols.memory_freed();
    const holders: Uint8Array[] = [];
    (() => {
      const memory = toArrayBuffer(pointer, 0, 11, symbols.memory_free.ptr);
      const ways = [
        () => structuredClone(memory, { transfer: [memory] }),
        () => (memory as unknown as { transfer(): ArrayBuffer }).transfer(),
      ];
      for (const way of ways) {
        try {
          holders.push(new Uint8Array(way()));
        } catch {
          continue; // refused: then the memory is where it was
        }
      }
      if (memory.byteLength > 0) holders.push(new Uint8Array(memory));
    })();
    for (let i = 0; i < 20; i++) {
      collect();
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    strictEqual(symbols.memory_freed(), before);
    strictEqual(
      holders.some((each) => Buffer.from(each).toString() === 'memory of C'),
      true,
    );
  },
  'a deallocator that is none is refused'({ ptr, toArrayBuffer }) {
    const memory = new Uint8Array(4);
    throws(() => toArrayBuffer(ptr(memory), 0, 4, 0), TypeError);
    throws(() => toArrayBuffer(ptr(memory), 0, 4, null, -1), RangeError);
  },
};
