import { NG_TREE_DICT, NG_TREE_LIST, NG_TREE_SET } from '@nogil/abi/constants';

import { unsupported } from './unsupported.js';

/** The most items that a length can say. */
const LONGEST = 0xffff_ffff;

/** A container on its way to Python. */
export interface Level {
  /** An `NG_TREE_…`. */
  readonly tag: number;
  /** Its items; of a Map keys and values in turn; of a plain object the keys, whose values are read later. */
  readonly items: readonly unknown[];
  readonly source: Readonly<Record<string, unknown>> | undefined;
  readonly count: number;
  next: number;
}

/** Whether an object is of the kinds that are copied: Array, plain object, Map, Set. */
export function isContainer(value: object): boolean {
  return Array.isArray(value) || isPlain(value) || value instanceof Map || value instanceof Set;
}

/** Not Math and its like, which have a name of their own, nor functions. */
function isPlain(value: object): boolean {
  if (typeof value === 'function') return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  const isPlainest = prototype === Object.prototype || prototype === null;
  return isPlainest && !(Symbol.toStringTag in value);
}

/**
 * Begins to read a container. What Maps, Sets and objects hold is noted now: code that runs meanwhile may
 * change them, and how many there are stands before them.
 *
 * @throws NogilError `UNSUPPORTED_VALUE` for symbols as keys
 */
export function openLevel(value: object): Level {
  if (Array.isArray(value)) {
    const items = value as readonly unknown[];
    return { tag: NG_TREE_LIST, items, source: undefined, count: checkedLength(items), next: 0 };
  }
  if (value instanceof Map) {
    const items: unknown[] = [];
    for (const [key, item] of value as Map<unknown, unknown>) items.push(key, item);
    return { tag: NG_TREE_DICT, items, source: undefined, count: items.length, next: 0 };
  }
  if (value instanceof Set) {
    const items = [...(value as Set<unknown>)];
    return { tag: NG_TREE_SET, items, source: undefined, count: items.length, next: 0 };
  }
  if (Object.getOwnPropertySymbols(value).length > 0) {
    throw unsupported('an object with symbols as keys', 'make them strings');
  }
  const items = Object.keys(value);
  const source = value as Readonly<Record<string, unknown>>;
  return { tag: NG_TREE_DICT, items, source, count: items.length, next: 0 };
}

/** What the head of its tree says: items, or pairs. */
export function lengthOf(level: Level): number {
  return level.tag === NG_TREE_DICT && level.source === undefined ? level.count / 2 : level.count;
}

/** A Proxy may say anything. */
function checkedLength(items: readonly unknown[]): number {
  const { length } = items;
  if (Number.isInteger(length) && length >= 0 && length <= LONGEST) return length;
  throw unsupported(`an array that says its length is ${String(length)}`, 'pass a real array');
}
