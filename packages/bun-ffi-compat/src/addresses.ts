import type { Pointer } from './types.js';

const addresses = new WeakMap<object, () => Pointer>();

/**
 * Lets an object stand for an address wherever C wants one.
 *
 * @param object - a callback, or a C function as JavaScript calls it
 * @param address - asked at each use; throws once the address must not be used any more
 */
export function standsFor(object: object, address: () => Pointer): void {
  addresses.set(object, address);
}

/** The address that a value stands for, or undefined. Throws when it was closed. */
export function addressStoodFor(value: unknown): Pointer | undefined {
  const isObject = typeof value === 'function' || (typeof value === 'object' && value !== null);
  return isObject ? addresses.get(value)?.() : undefined;
}
