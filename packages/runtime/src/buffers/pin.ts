import { types } from 'node:util';
import { isMainThread, markAsUntransferable } from 'node:worker_threads';

import type { Core } from '@nogil/abi';
import { NG_MEMORY_COPIED, NG_MEMORY_PINNED, NG_MEMORY_SHARED } from '@nogil/abi/constants';

import { isDetachable, isMarkedAsUntransferable, staysWhenMarked } from './detach.js';

/** WebAssembly's memories are made of pages of this size. */
const WASM_PAGE = 65_536;

/** What the host promises, found out once in a realm by trying. */
interface HostPromises {
  /** `markAsUntransferable` keeps a buffer from every way of detaching it. */
  readonly pins: boolean;
  /** Memory of this thread stays while Python uses it, also when the thread ends. */
  readonly keeps: boolean;
}

let measured: HostPromises | undefined;

function measure(core: Core): HostPromises {
  return {
    pins: measurePinning(),
    // The main thread's memory lasts as long as the process where its engine is never taken down.
    keeps: process.versions.bun === undefined ? core.measureKeeping() : isMainThread,
  };
}

function measurePinning(): boolean {
  const buffer = new ArrayBuffer(8);
  markAsUntransferable(buffer);
  return staysWhenMarked(buffer);
}

/** Buffers that were pinned, or cannot be. */
const known = new WeakMap<ArrayBuffer, boolean>();

function pin(buffer: ArrayBuffer): boolean {
  const before = known.get(buffer);
  if (before !== undefined) return before;
  // Marked already: by somebody, which would do; or by Node, as memory of another addon's or of its own, which can be
  // transferred all the same, and must not be marked again: Node then ends the process when it cleans up. Nothing
  // tells the two apart.
  const pinned = !isMarkedAsUntransferable(buffer) && !isOfWasm(buffer);
  if (pinned) markAsUntransferable(buffer);
  known.set(buffer, pinned);
  return pinned;
}

/**
 * A memory of WebAssembly's takes its buffer away when it grows, marked or not. It is known by this: nobody has
 * marked it, and it cannot be detached all the same.
 */
function isOfWasm(buffer: ArrayBuffer): boolean {
  const { byteLength } = buffer;
  return byteLength > 0 && byteLength % WASM_PAGE === 0 && !isDetachable(buffer);
}

/**
 * Why Python may use the memory of a buffer: an `NG_MEMORY_…`. Pins it, for good, where that is the reason.
 */
export function memoryMode(core: Core, buffer: ArrayBufferLike): number {
  const promises = (measured ??= measure(core));
  if (!promises.keeps) return NG_MEMORY_COPIED;
  if (types.isSharedArrayBuffer(buffer)) {
    return (buffer as { readonly growable?: boolean }).growable === true
      ? NG_MEMORY_COPIED
      : NG_MEMORY_SHARED;
  }
  const resizable = (buffer as { readonly resizable?: boolean }).resizable === true;
  return promises.pins && !resizable && pin(buffer) ? NG_MEMORY_PINNED : NG_MEMORY_COPIED;
}
