/**
 * A program for Bun, with what its documentation shows of types. types.test.ts compiles it with bun-types and
 * with this package in the place of `bun:ffi`; it is never run.
 */
import {
  CFunction,
  CString,
  dlopen,
  type FFIFunction,
  FFIType,
  JSCallback,
  linkSymbols,
  type Pointer,
  ptr,
  read,
  suffix,
  toArrayBuffer,
  toBuffer,
} from 'bun:ffi';

const { i32 } = FFIType;

const { symbols, close } = dlopen(`libexample.${suffix}`, {
  add: { args: [i32, FFIType.i32], returns: i32 },
  version: { args: [], returns: FFIType.cstring },
  count: { args: ['ptr', 'u32'], returns: 'u64' },
  fast: { args: [FFIType.i64_fast, FFIType.u64_fast], returns: FFIType.i64_fast },
  write: { args: ['i32', 'buffer', 'buffer_length'], returns: 'usize' },
  puts: { args: ['cstring'], returns: 'i32' },
  each: { args: ['ptr', 'callback'], returns: 'bool' },
  find: { args: [FFIType.ptr], returns: FFIType.ptr },
  nothing: {},
});

export const sum: number = symbols.add(1, 2);
export const version: string | null = symbols.version();
export const count: bigint = symbols.count(new Uint8Array(8), 3);
export const fast: number | bigint = symbols.fast(1, 2n);
const bytes = new Uint8Array(3);
export const written: bigint = symbols.write(1, bytes, bytes);
symbols.puts('text');
symbols.puts(bytes);
export const nothing: undefined = symbols.nothing();

// @ts-expect-error -- not a number
symbols.add('1', 2);
// @ts-expect-error -- a buffer is a view
symbols.write(1, 'text', bytes);
// @ts-expect-error -- there is no such function
symbols.absent();
// @ts-expect-error -- there is no such type
dlopen('x', { f: { args: ['bogus'] } });

const callback = new JSCallback((value: number) => value > 0, {
  args: ['i32'],
  returns: 'bool',
  threadsafe: true,
});
const address: Pointer | null = callback.ptr;
export const isThreadsafe: boolean = callback.threadsafe;
if (address !== null) symbols.each(address, address);
callback.close();

const found = symbols.find(null);
if (found !== null) {
  export_(new CString(found), CString(found, 1, 2));
  export_(toArrayBuffer(found, 0, 8), toBuffer(found, 0, 8), read.u8(found), read.u64(found, 8));
}
export const place: Pointer = ptr(bytes);

const definition: FFIFunction = { args: ['i32'], returns: 'i32', ptr: place };
const linked = linkSymbols({ f: { ...definition, args: ['i32'], returns: 'i32', ptr: 42n } });
export const result: number = linked.symbols.f(1);
linked.close();
CFunction({ returns: 'cstring', args: [], ptr: place }).close();

function export_(...values: unknown[]): void {
  values;
}
close();
