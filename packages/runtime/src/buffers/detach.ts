import type { Core } from '@nogil/abi';

type Transfer = (this: ArrayBuffer, length?: number) => ArrayBuffer;

// Taken when this module is loaded: a program may put its own in its place.
const transfer = (ArrayBuffer.prototype as { readonly transfer?: Transfer }).transfer;
const byteLength = Object.getOwnPropertyDescriptor(ArrayBuffer.prototype, 'byteLength')?.get as (
  this: ArrayBuffer,
) => number;

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

const probe = Symbol('probe');
const clone = globalThis.structuredClone;

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
