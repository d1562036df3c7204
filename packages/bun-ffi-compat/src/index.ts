import { bunBackend } from './backends/bun.js';
import { koffiBackend } from './backends/koffi.js';
import { makeFfi } from './ffi.js';
import type { CString as Text } from './types.js';

// Loaded at the first use, and only the one of this host.
const ffi = makeFfi(() => (process.versions.bun === undefined ? koffiBackend() : bunBackend()));

export const dlopen = ffi.dlopen;
export const linkSymbols = ffi.linkSymbols;
export const CFunction = ffi.CFunction;
export const ptr = ffi.ptr;
export const read = ffi.read;
export const toArrayBuffer = ffi.toArrayBuffer;
export const toBuffer = ffi.toBuffer;
export const CString = ffi.CString;
export type CString = Text;

/** How shared libraries end on this platform: `so`, `dylib` or `dll`. */
export const suffix: 'so' | 'dylib' | 'dll' =
  process.platform === 'win32' ? 'dll' : process.platform === 'darwin' ? 'dylib' : 'so';

export { FfiError, type FfiErrorCode } from './ffi-error.js';
export type { Functions } from './functions.js';
export type { CStringConstructor, Memory, Read } from './memory.js';
export { cc, JSCallback, viewSource } from './refused.js';
export {
  type ArgumentOf,
  type Callable,
  type FFIFunction,
  type FFIFunctionAt,
  FFIType,
  type FFITypeLike,
  type FFITypeName,
  type FFITypeNumber,
  type Library,
  type Pointer,
  type PointerLike,
  type ResultOf,
} from './types.js';
