import { missing } from './attributes.js';

/** What an iterator gave when it ended, until somebody asks. */
const ends = new WeakMap<object, unknown>();

type Method = (this: object, ...values: unknown[]) => unknown;

function methodOf(target: object, key: PropertyKey): Method {
  const method = (target as Record<PropertyKey, unknown>)[key];
  if (typeof method === 'function') return method as Method;
  throw new TypeError(`${String(key)} is no method of this object`);
}

/** An iterator: of its items (0), or, of a Map or Set, of its keys (1), values (2) or entries (3). */
export function iterate(target: object, what: number): object {
  const key = [Symbol.iterator, 'keys', 'values', 'entries'][what] as PropertyKey;
  return object(Reflect.apply(methodOf(target, key), target, []));
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
  if (!step.done) return step.value;
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
