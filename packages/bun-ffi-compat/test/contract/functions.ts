/** Calls of C functions: what goes in and what comes out. */
import { deepStrictEqual, strictEqual, throws } from 'node:assert';
import { basename, dirname } from 'node:path';
import { pathToFileURL } from 'node:url';

import { type Case, collect, libc, library, libraryAlone } from './case.js';

const text = (value: string) => Buffer.from(`${value}\0`);

export const functions: Readonly<Record<string, Case>> = {
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
  'every type, at its ends'({ dlopen }) {
    const numbers = [
      ['i8', -128, 127],
      ['u8', 0, 255],
      ['i16', -32768, 32767],
      ['u16', 0, 65535],
      ['i32', -(2 ** 31), 2 ** 31 - 1],
      ['u32', 0, 2 ** 32 - 1],
      ['i64', -(2n ** 63n), 2n ** 63n - 1n],
      ['u64', 0n, 2n ** 64n - 1n],
      ['f64', -Number.MAX_VALUE, Number.MIN_VALUE],
      ['f32', Math.fround(-3.4e38), Infinity],
      ['bool', false, true],
      ['ptr', null, 2 ** 47],
    ] as const;
    for (const [type, ...ends] of numbers) {
      const name = `echo_${type}`;
      const { symbols } = dlopen(library, { [name]: { args: [type], returns: type } });
      const echo = symbols[name] as unknown as (value: unknown) => unknown;
      for (const end of ends) strictEqual(echo(end), end, type);
      if (typeof ends[0] === 'bigint' || !['f64', 'f32', 'bool', 'ptr'].includes(type)) {
        throws(() => echo(BigInt(ends[0] as number) - 1n), RangeError);
        throws(() => echo(BigInt(ends[1]) + 1n), RangeError);
      }
    }
  },
  'more arguments than registers'({ dlopen }) {
    const { symbols } = dlopen(library, {
      sum_of_many: {
        args: ['i8', 'u64', 'f64', 'f32', 'i32', 'u16', 'i64', 'bool', 'f64', 'u8'],
        returns: 'f64',
      },
    });
    strictEqual(symbols.sum_of_many(-1, 2, 0.5, 0.25, 5, 6, -7, true, 9, 10), 25.75);
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
  'a buffer and its length'({ dlopen }) {
    const { symbols } = dlopen(library, {
      fill: { args: ['buffer', 'buffer_length', 'u8'], returns: 'u64' },
      is_null: { args: ['buffer'], returns: 'bool' },
    });
    const bytes = new Uint8Array(8);
    strictEqual(symbols.fill(bytes.subarray(2, 4), bytes.subarray(2, 4), 7), 2n);
    deepStrictEqual([...bytes], [0, 0, 7, 7, 0, 0, 0, 0]);
    const words = new Uint16Array(bytes.buffer, 6);
    strictEqual(symbols.fill(words, words, 1), 2n);
    strictEqual(words[0], 257);
    const view = new DataView(bytes.buffer);
    strictEqual(symbols.fill(view, view, 2), 8n);
    const none = new Uint8Array(0);
    strictEqual(symbols.fill(none, none, 2), 0n);
    strictEqual(symbols.is_null(none), false);
    const fill = symbols.fill as (...values: unknown[]) => unknown;
    for (const value of [null, bytes.buffer, 8, 'text', new Uint8Array(new SharedArrayBuffer(8))]) {
      throws(() => fill(value, bytes, 1), TypeError);
      throws(() => fill(bytes, value, 1), TypeError);
    }
  },
  'a buffer is no result'({ dlopen }) {
    for (const type of ['buffer', 'buffer_length'] as const) {
      throws(() => dlopen(libc, { abs: { returns: type } }), /toBuffer/);
    }
  },
  'a library in the working directory is found by its name'({ dlopen }) {
    const home = process.cwd();
    process.chdir(dirname(library));
    try {
      const { symbols } = dlopen(basename(library), { echo_i8: { args: ['i8'], returns: 'i8' } });
      strictEqual(symbols.echo_i8(5), 5);
      const file = { name: basename(library) };
      strictEqual(dlopen(file, { echo_i8: { args: ['i8'], returns: 'i8' } }).symbols.echo_i8(6), 6);
    } finally {
      process.chdir(home);
    }
    const url = pathToFileURL(library);
    strictEqual(dlopen(url, { echo_i8: { args: ['i8'], returns: 'i8' } }).symbols.echo_i8(7), 7);
  },
  'a library that nobody closes stays where it is'({ dlopen, CFunction }) {
    // A copy, so that no other case has it open.
    const { ptr } = dlopen(libraryAlone, { echo_i32: {} }).symbols.echo_i32;
    for (let i = 0; i < 5; i++) collect();
    strictEqual(CFunction({ ptr, args: ['i32'], returns: 'i32' })(5), 5);
  },
  'functions at addresses'({ dlopen, linkSymbols, CFunction }) {
    const { symbols } = dlopen(libc, { strlen: { args: ['ptr'], returns: 'u64' } });
    const { ptr } = symbols.strlen;
    strictEqual(CFunction({ ptr, args: ['ptr'], returns: 'u64' })(text('abc')), 3n);
    const linked = linkSymbols({ size: { ptr: BigInt(ptr), args: [12], returns: 16 } });
    strictEqual(linked.symbols.size(text('abcd')), 4);
    throws(() => CFunction({ ptr: 0 }), TypeError);
    throws(() => CFunction({} as { ptr: number }), TypeError);
    const size = new CFunction({ ptr, args: ['ptr'], returns: 'u64' });
    strictEqual(size(text('abc')), 3n);
    size.close();
    throws(() => size(text('abc')), { code: 'LIBRARY_CLOSED' });
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
    throws(() => dlopen(`${libc}\0x`, { abs: {} }), TypeError);
    throws(() => dlopen(libc, { 'abs\0x': {} }), TypeError);
    throws(() => dlopen(libc, { abs: { args: ['bogus' as 'i32'] } }), /bogus/);
    throws(() => dlopen(libc, { abs: { args: ['void'] } }), TypeError);
  },
  'a closed library is not called'({ dlopen }) {
    const { symbols, close } = dlopen(libc, { abs: { args: ['i32'], returns: 'i32' } });
    close();
    close();
    throws(() => symbols.abs(1), { code: 'LIBRARY_CLOSED' });
  },
  'what is not here says so'({ cc, viewSource, dlopen }) {
    for (const absent of [cc, viewSource]) throws(absent, { code: 'NOT_SUPPORTED' });
    for (const type of ['napi_env', 'napi_value'] as const) {
      const refused = { code: 'NOT_SUPPORTED', message: /Node-API/ };
      throws(() => dlopen(libc, { abs: { args: [type] } }), refused);
      throws(() => dlopen(libc, { abs: { returns: type } }), refused);
    }
  },
  'types have the names and numbers of Bun'({ FFIType, suffix }) {
    deepStrictEqual(
      [FFIType.i8, FFIType.u64, FFIType.f32, FFIType.ptr, FFIType.cstring, FFIType.u64_fast],
      [1, 8, 10, 12, 14, 16],
    );
    strictEqual(['so', 'dylib', 'dll'].includes(suffix), true);
  },
};
