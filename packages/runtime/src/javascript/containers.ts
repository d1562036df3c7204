import { missing } from './attributes.js';

/** The longest an array can be. */
const LONGEST_ARRAY = 2 ** 32 - 1;

type Items = Record<number, unknown> & { length: number };

/** An item, or {@link missing} beyond the end. A hole is `undefined`, as JavaScript reads it. */
export function arrayItem(target: object, index: number): unknown {
  const items = target as Items;
  return index >= 0 && index < items.length ? items[index] : missing;
}

/** @returns whether it could be put there; {@link missing} beyond the end */
export function putItem(target: object, index: number, value: unknown): boolean | typeof missing {
  if (index < 0 || index >= (target as Items).length) return missing;
  return Reflect.set(target, index, value);
}

/** A new array: `count` items from `start` on, each `step` from the one before. */
export function arraySlice(target: object, start: number, step: number, count: number): unknown[] {
  const items = target as Items;
  const slice: unknown[] = [];
  for (let i = 0; i < count; i++) slice.push(items[start + i * step]);
  return slice;
}

/** Puts `values` in place of `gone` items. */
export function splice(
  target: object,
  start: number,
  gone: number,
  values: readonly unknown[],
): void {
  if ((target as Items).length - gone + values.length > LONGEST_ARRAY) {
    throw new RangeError('an array has at most 4294967295 items');
  }
  Reflect.apply(Array.prototype.splice, target, [start, gone, ...values]);
}

/** Own enumerable properties: names, values (1), or pairs of both (2). */
export function ownEntries(target: object, what: number): unknown[] {
  if (what === 0) return Object.keys(target);
  return what === 1 ? Object.values(target) : Object.entries(target);
}
