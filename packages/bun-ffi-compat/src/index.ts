import type { Backend } from './backend.js';
import { bunBackend } from './backends/bun.js';
import { koffiBackend } from './backends/koffi.js';
import { enabledNodeFfi, nodeBackend } from './backends/node.js';
import { makeFfi } from './ffi.js';
import type { JSCallback as Callback } from './callbacks.js';
import type { CString as Text, FFITypeNumber } from './types.js';
import { FFIType as types } from './types.js';

// Loaded at the first use, and only what this host needs.
const ffi = makeFfi(() => {
  if (process.versions.bun !== undefined) return bunBackend();
  const nodeFfi = enabledNodeFfi();
  if (nodeFfi === undefined) return koffiBackend();
  let koffi: Backend | undefined;
  return nodeBackend(nodeFfi, () => (koffi ??= koffiBackend()));
});

export const dlopen = ffi.dlopen;
export const linkSymbols = ffi.linkSymbols;
export const CFunction = ffi.CFunction;
export const JSCallback = ffi.JSCallback;
export type JSCallback = Callback;
export const ptr = ffi.ptr;
export const read = ffi.read;
export const toArrayBuffer = ffi.toArrayBuffer;
export const toBuffer = ffi.toBuffer;
export const CString = ffi.CString;
export type CString = Text;

/** How shared libraries end on this platform: `so`, `dylib` or `dll`. */
export const suffix: 'so' | 'dylib' | 'dll' =
  process.platform === 'win32' ? 'dll' : process.platform === 'darwin' ? 'dylib' : 'so';

export const FFIType = types;
/** The number of a type. */
export type FFIType = FFITypeNumber;

export type { JSCallbackConstructor } from './callbacks.js';
export { FfiError, type FfiErrorCode } from './ffi-error.js';
export type { Libraries, LibraryPath } from './libraries.js';
export type { Memory, MemoryView, Read } from './memory.js';
export { cc, viewSource } from './refused.js';
export type {
  Address,
  ArgumentOf,
  Callable,
  CFunctionConstructor,
  CFunctionOf,
  CStringConstructor,
  FFIFunction,
  FFITypeLike,
  FFITypeName,
  FFITypeNumber,
  Library,
  Pointer,
  PointerLike,
  ResultOf,
  StandsForAddress,
} from './types.js';
