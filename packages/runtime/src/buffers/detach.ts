import type { Core } from '@nogil/abi';

type Transfer = (this: ArrayBuffer, length?: number) => ArrayBuffer;

// Taken when this module is loaded: a program may put its own in its place.
const transfer = (ArrayBuffer.prototype as { readonly transfer?: Transfer }).transfer;
const byteLength = Object.getOwnPropertyDescriptor(ArrayBuffer.prototype, 'byteLength')
  ?.get as (this: ArrayBuffer) => number;

/** Whether the host has `ArrayBuffer.prototype.transfer`. */
export const hasTransfer = transfer !== undefined;

/** Whether a buffer that had bytes was detached. */
export function isDetached(buffer: ArrayBuffer): boolean {
  return byteLength.call(buffer) === 0;
}

/**
 * Takes the memory of a buffer away from JavaScript: its views are empty from then on.
 *
 * @returns whether it did; false for one that may not be detached
 */
export function detach(core: Core, buffer: ArrayBuffer): boolean {
  if (transfer === undefined) {
    core.detach(buffer);
    return true;
  }
  // Not Node-API's: that ends the process where the buffer was marked as untransferable.
  try {
    transfer.call(buffer);
    return true;
  } catch (error) {
    if (error instanceof TypeError) return false;
    throw error;
  }
}

/**
 * Whether a buffer can be detached, found out without detaching it: the length is more than there can be, and
 * hosts look whether they may before they look whether they can.
 */
export function isDetachable(buffer: ArrayBuffer): boolean {
  if (transfer === undefined) return true;
  try {
    transfer.call(buffer, Number.MAX_SAFE_INTEGER);
  } catch (error) {
    return !(error instanceof TypeError);
  }
  return true;
}
