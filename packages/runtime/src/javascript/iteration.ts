import { ByReference } from '../frame/crossing.js';
import { cellOf } from '../proxy/handle-cell.js';
import { missing } from './attributes.js';
import { promiseIsAwaited } from './promises.js';

/** What an iterator gave when it ended, until somebody asks. */
const ends = new WeakMap<object, unknown>();

type Method = (this: object, ...values: unknown[]) => unknown;

function methodOf(target: object, key: PropertyKey): Method {
  const method = (target as Record<PropertyKey, unknown>)[key];
  if (typeof method === 'function') return method as Method;
  throw new TypeError(`${String(key)} is no method of this object`);
}

/** Iterators of what Python looks up again by identity: there it crosses as it is. */
const ofKeys = new WeakSet<object>();

/** An iterator: of its items (0), or, of a Map or Set, of its keys (1). */
export function iterate(target: object, what: number): object {
  const key = what === 0 ? Symbol.iterator : 'keys';
  const iterator = object(Reflect.apply(methodOf(target, key), target, []));
  if (what !== 0) ofKeys.add(iterator);
  return iterator;
}

/** A key of a Map, or a member of a Set: a copy of it would be no key. */
function keyed(value: unknown): unknown {
  const isObject = typeof value === 'object' && value !== null;
  return isObject && cellOf(value) === undefined ? new ByReference(value) : value;
}

/** Its asynchronous iterator. */
export function iterateAsync(target: object): object {
  return object(Reflect.apply(methodOf(target, Symbol.asyncIterator), target, []));
}

/** The next value, or {@link missing} when the iterator has ended: {@link returned} has its result then. */
export function advance(
  target: object,
  how: 'next' | 'throw' | 'return',
  values: readonly unknown[],
): unknown {
  const step = object(Reflect.apply(methodOf(target, how), target, values)) as IteratorResult<
    unknown,
    unknown
  >;
  if (!step.done) return ofKeys.has(target) ? keyed(step.value) : step.value;
  if (step.value !== undefined) ends.set(target, step.value);
  return missing;
}

/** The result of an iterator that has ended: once. */
export function returned(target: object): unknown {
  const value = ends.get(target);
  ends.delete(target);
  return value;
}

/** Calls one of them when the thenable is settled. */
export function settle(target: object, resolve: unknown, reject: unknown): void {
  promiseIsAwaited(target);
  // Through a promise: a thenable of somebody's may call both, or twice, or throw.
  void Promise.resolve(target as PromiseLike<unknown>).then(
    resolve as (value: unknown) => void,
    reject as (error: unknown) => void,
  );
}

function object(value: unknown): object {
  if ((typeof value === 'object' && value !== null) || typeof value === 'function') return value;
  throw new TypeError(`an iterator's method answered with ${typeof value}, not an object`);
}
