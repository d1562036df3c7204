import workerThreads from 'node:worker_threads';

import type { Core } from '@nogil/abi';

type Transfer = (this: ArrayBuffer) => ArrayBuffer;

// Taken when this module is loaded: a program may put its own in its place.
const transfer = (ArrayBuffer.prototype as { readonly transfer?: Transfer }).transfer;
// eslint-disable-next-line @typescript-eslint/unbound-method -- called with a buffer as `this`
const byteLength = Object.getOwnPropertyDescriptor(ArrayBuffer.prototype, 'byteLength')?.get as (
  this: ArrayBuffer,
) => number;
const clone = globalThis.structuredClone;
const isBun = process.versions.bun !== undefined;
const isMarked = (
  workerThreads as { readonly isMarkedAsUntransferable?: (value: object) => boolean }
).isMarkedAsUntransferable;

/** Whether the host has `ArrayBuffer.prototype.transfer`. */
export const hasTransfer = transfer !== undefined;

/** Whether a buffer that had bytes was detached. */
export function isDetached(buffer: ArrayBuffer): boolean {
  return byteLength.call(buffer) === 0;
}

/** Whether somebody marked a buffer as untransferable, as far as the host tells. */
export function isMarkedAsUntransferable(buffer: ArrayBuffer): boolean {
  return isMarked?.(buffer) === true;
}

/** Moves the memory of a buffer to another; `undefined` for one that may not be detached. */
function transferred(move: Transfer, buffer: ArrayBuffer): ArrayBuffer | undefined {
  try {
    return move.call(buffer);
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}

/**
 * Takes the memory of a buffer away from JavaScript: its views are empty from then on.
 *
 * @returns whether it did; false for one that may not be detached
 */
export function detach(core: Core, buffer: ArrayBuffer): boolean {
  if (transfer === undefined || isBun) {
    core.detach(buffer);
    return true;
  }
  // Node 24 and newer end the process in Node-API's detaching when somebody marked the buffer, and mark foreign
  // memory themselves in a way that does not matter here. The buffer that it is moved to is nobody's.
  const moved = transferred(transfer, buffer);
  if (moved === undefined) return false;
  core.detach(moved); // else the collector would count it until it comes by
  return true;
}

/**
 * Whether a buffer that was marked as untransferable keeps its memory, tried on this one: Node 22 and Bun refuse
 * to clone it, but not to transfer it.
 */
export function staysWhenMarked(buffer: ArrayBuffer): boolean {
  return transfer !== undefined && transferred(transfer, buffer) === undefined;
}

const probe = Symbol('probe');

/**
 * Whether a buffer can be detached, found out without detaching it: what is to be cloned throws, and hosts look
 * at the list of what is to be transferred before. Not transfer() with a length that cannot be: on Node 26 that
 * ends a worker for lack of memory.
 */
export function isDetachable(buffer: ArrayBuffer): boolean {
  const value = {
    get item(): never {
      // Not an error: it is caught here, and a stack would be the most of its cost.
      // eslint-disable-next-line @typescript-eslint/only-throw-error
      throw probe;
    },
  };
  try {
    clone(value, { transfer: [buffer] });
  } catch (error) {
    return error === probe;
  }
  return false; // cloned and therefore detached: not a host that this was measured on
}
