/**
 * What every backend does alike: run by vitest on Node (contract.test.ts) and as a program on Bun
 * (on-bun.ts). So it uses no test framework.
 */
import { deepStrictEqual, strictEqual, throws } from 'node:assert';

import type * as Ffi from '../../src/index.js';

type Case = (ffi: typeof Ffi) => void;

const libc = process.platform === 'darwin' ? 'libSystem.B.dylib' : 'libc.so.6';
const text = (value: string) => Buffer.from(`${value}\0`);

export const cases: Record<string, Case> = {
  'small integers go in and come out exactly'({ dlopen }) {
    const { symbols, close } = dlopen(libc, { abs: { args: ['i32'], returns: 'i32' } });
    strictEqual(symbols.abs(-5), 5);
    strictEqual(symbols.abs(-(2 ** 31) + 1), 2 ** 31 - 1);
    strictEqual(symbols.abs(-7n), 7);
    close();
  },
  'an integer that does not fit throws and is not cut'({ dlopen }) {
    const { symbols } = dlopen(libc, {
      abs: { args: ['i32'], returns: 'i32' },
      toupper: { args: ['u8'], returns: 'u8' },
    });
    throws(() => symbols.abs(2 ** 31), RangeError);
    throws(() => symbols.abs(-(2 ** 31) - 1), RangeError);
    throws(() => symbols.abs(1.5), RangeError);
    throws(() => symbols.abs(Number.NaN), RangeError);
    throws(() => symbols.toupper(256), RangeError);
    throws(() => symbols.toupper(-1), RangeError);
  },
  'a value of another kind throws'({ dlopen }) {
    const { symbols } = dlopen(libc, { abs: { args: ['i32'], returns: 'i32' } });
    const abs = symbols.abs as (...values: unknown[]) => number;
    for (const value of ['3', true, null, undefined, {}]) throws(() => abs(value), TypeError);
    throws(() => abs(), TypeError);
    throws(() => abs(1, 2), TypeError);
  },
  '64-bit integers are exact bigints'({ dlopen }) {
    const { symbols } = dlopen(libc, { llabs: { args: ['i64'], returns: 'i64' } });
    strictEqual(symbols.llabs(-5), 5n);
    strictEqual(symbols.llabs(-(2n ** 63n) + 1n), 2n ** 63n - 1n);
    strictEqual(symbols.llabs(-(2n ** 53n) - 1n), 2n ** 53n + 1n);
    throws(() => symbols.llabs(2n ** 63n), RangeError);
    throws(() => symbols.llabs(2 ** 53), RangeError);
  },
  'fast 64-bit integers are numbers while that is exact'({ dlopen }) {
    const { symbols } = dlopen(libc, {
      llabs: { args: ['i64_fast'], returns: 'i64_fast' },
      strtoull: { args: ['ptr', 'ptr', 'int'], returns: 'u64_fast' },
    });
    strictEqual(symbols.llabs(-(2 ** 53) + 1), 2 ** 53 - 1);
    strictEqual(symbols.llabs(-(2n ** 53n)), 2n ** 53n);
    strictEqual(symbols.llabs(-(2n ** 53n) - 1n), 2n ** 53n + 1n);
    strictEqual(symbols.strtoull(text('18446744073709551615'), null, 10), 2n ** 64n - 1n);
    strictEqual(symbols.strtoull(text('17'), null, 10), 17);
  },
  'unsigned 64-bit results are not negative'({ dlopen }) {
    const { symbols } = dlopen(libc, {
      strtoull: { args: ['ptr', 'ptr', 'int'], returns: 'u64' },
    });
    strictEqual(symbols.strtoull(text('18446744073709551615'), null, 10), 2n ** 64n - 1n);
  },
  'doubles and floats'({ dlopen }) {
    const { symbols } = dlopen(libc, {
      strtod: { args: ['ptr', 'ptr'], returns: 'f64' },
      strtof: { args: ['ptr', 'ptr'], returns: 'f32' },
    });
    strictEqual(symbols.strtod(text('0.1'), null), 0.1);
    strictEqual(symbols.strtof(text('0.1'), null), Math.fround(0.1));
  },
  'a view, a buffer and an address are the same pointer'({ dlopen, ptr }) {
    const { symbols } = dlopen(libc, { strlen: { args: ['ptr'], returns: 'u64' } });
    const bytes = new Uint8Array([65, 66, 67, 0]);
    strictEqual(symbols.strlen(bytes), 3n);
    strictEqual(symbols.strlen(bytes.subarray(1)), 2n);
    strictEqual(symbols.strlen(bytes.buffer), 3n);
    strictEqual(symbols.strlen(new DataView(bytes.buffer, 2)), 1n);
    strictEqual(symbols.strlen(ptr(bytes)), 3n);
    strictEqual(symbols.strlen(BigInt(ptr(bytes, 2))), 1n);
  },
  'what is no pointer is refused'({ dlopen }) {
    const { symbols } = dlopen(libc, { strlen: { args: ['ptr'], returns: 'u64' } });
    const strlen = symbols.strlen as (value: unknown) => bigint;
    for (const value of ['text', {}, undefined, true, new Uint8Array(0), new SharedArrayBuffer(8)])
      throws(() => strlen(value), TypeError);
    for (const value of [-1, 1.5, 2 ** 53, 2n ** 53n, Number.NaN])
      throws(() => strlen(value), RangeError);
  },
  'NULL is null in both directions'({ dlopen }) {
    const { symbols } = dlopen(libc, {
      getenv: { args: ['cstring'], returns: 'cstring' },
      malloc: { args: ['usize'], returns: 'ptr' },
      realloc: { args: ['ptr', 'usize'], returns: 'ptr' },
      memchr: { args: ['ptr', 'int', 'usize'], returns: 'ptr' },
      free: { args: ['ptr'] },
    });
    strictEqual(symbols.getenv(text('NO_SUCH_VARIABLE_HERE')), null);
    strictEqual(symbols.memchr(text('a'), 66, 1), null);
    const memory = symbols.realloc(null, 8);
    strictEqual(typeof memory, 'number');
    const free: (value: number | null) => unknown = symbols.free;
    strictEqual(free(memory), undefined);
    strictEqual(free(0), undefined);
  },
  'text that C returns is copied'({ dlopen, CString }) {
    const { symbols } = dlopen(libc, {
      strdup: { args: ['ptr'], returns: 'cstring' },
      free: { args: ['ptr'] },
    });
    const copy = symbols.strdup(text('hé\u{1f40d}'));
    strictEqual(copy instanceof CString, true);
    if (copy === null) throw new Error('strdup() answered NULL');
    symbols.free(copy.ptr);
    strictEqual(String(copy), 'hé\u{1f40d}');
    strictEqual(copy.byteLength, 7);
    deepStrictEqual(Buffer.from(copy.arrayBuffer), Buffer.from('hé\u{1f40d}'));
  },
  'text at an address, whole and in part'({ ptr, CString }) {
    const memory = text('héllo\0wörld');
    const place = ptr(memory);
    strictEqual(String(new CString(place)), 'héllo');
    strictEqual(String(new CString(place, 7)), 'wörld');
    strictEqual(String(new CString(place, 1, 3)), 'él');
    strictEqual(String(new CString(0)), '');
    strictEqual(String(new CString(null)), '');
    throws(() => new CString(ptr(new Uint8Array([0xff, 0]))), TypeError);
    strictEqual(memory.length, 14); // alive until here
  },
  'long text is read over the end of pages'({ ptr, CString }) {
    const memory = text('x'.repeat(20_000));
    strictEqual(new CString(ptr(memory)).length, 20_000);
    strictEqual(memory.length, 20_001);
  },
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
  'functions at addresses'({ dlopen, linkSymbols, CFunction }) {
    const { symbols } = dlopen(libc, { strlen: { args: ['ptr'], returns: 'u64' } });
    const { ptr } = symbols.strlen;
    strictEqual(CFunction({ ptr, args: ['ptr'], returns: 'u64' })(text('abc')), 3n);
    const linked = linkSymbols({ size: { ptr: BigInt(ptr), args: [12], returns: 16 } });
    strictEqual(linked.symbols.size(text('abcd')), 4);
    throws(() => CFunction({ ptr: 0 }), TypeError);
    throws(() => CFunction({} as { ptr: number }), TypeError);
    linked.close();
    throws(() => linked.symbols.size(text('abcd')), { code: 'LIBRARY_CLOSED' });
  },
  'what cannot be opened says so'({ dlopen }) {
    throws(() => dlopen('/no/such/library.so', { f: {} }), { code: 'LIBRARY_UNUSABLE' });
    throws(() => dlopen(libc, { abs: {}, no_such_symbol: {} }), {
      code: 'SYMBOL_NOT_FOUND',
      message: `${libc} has no symbol no_such_symbol`,
    });
    throws(() => dlopen(libc, {}), TypeError);
    throws(() => dlopen(libc, { abs: { args: ['bogus' as 'i32'] } }), /bogus/);
    throws(() => dlopen(libc, { abs: { args: ['void'] } }), TypeError);
  },
  'a closed library is not called'({ dlopen }) {
    const { symbols, close } = dlopen(libc, { abs: { args: ['i32'], returns: 'i32' } });
    close();
    close();
    throws(() => symbols.abs(1), { code: 'LIBRARY_CLOSED' });
  },
  'what is not here says so'({ JSCallback, cc, viewSource }) {
    for (const absent of [JSCallback, cc, viewSource]) throws(absent, { code: 'NOT_SUPPORTED' });
    throws(() => Reflect.construct(JSCallback, [() => 1, {}]), { code: 'NOT_SUPPORTED' });
  },
  'types have the names and numbers of Bun'({ FFIType, suffix }) {
    deepStrictEqual(
      [FFIType.i8, FFIType.u64, FFIType.f32, FFIType.ptr, FFIType.cstring, FFIType.u64_fast],
      [1, 8, 10, 12, 14, 16],
    );
    strictEqual(['so', 'dylib', 'dll'].includes(suffix), true);
  },
};
