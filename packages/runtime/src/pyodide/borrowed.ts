import { askForHandle } from './calls.js';
import { OwnedAnswer } from './crossed.js';
import { destroyProxy } from './proxy.js';
import { stateOf } from './state.js';

const CALL =
  'This borrowed proxy was automatically destroyed at the end of a function call. Try using create_proxy or create_once_callable.';
const ASYNC =
  'This borrowed proxy was automatically destroyed at the end of an asynchronous function call. Try using create_proxy or create_once_callable.';
const GENERATOR =
  'This borrowed proxy was automatically destroyed when a generator completed execution. Try using create_proxy or create_once_callable.';

function destroyAll(proxies: readonly object[], message: string): void {
  for (const proxy of proxies) destroyProxy(proxy, message, false);
}

/** Ends proxies that Python made for a call's arguments itself. */
export function endOfCall(proxies: readonly object[]): void {
  destroyAll(proxies, CALL);
}

/** Ends a `new`: a promise that was constructed stays one, where a call's becomes a future. */
export function finishNew(created: readonly object[], made: object): unknown {
  if (!isThenable(made) || stateOf(made) !== undefined) return finishCall(created, made);
  destroyAll(created, CALL);
  return made;
}

/** Ends a call: what Python's answer is, and the end of the proxies that were made for its arguments. */
export function finishCall(created: readonly object[], result: unknown): unknown {
  if (isThenable(result) && stateOf(result) === undefined) {
    const settled = Promise.prototype.then.call(
      Promise.resolve(result as PromiseLike<unknown>),
      (value: unknown) => {
        destroyAll(
          created.filter((proxy) => proxy !== value),
          ASYNC,
        );
        return value;
      },
      (error: unknown) => {
        destroyAll(created, ASYNC);
        throw error;
      },
    );
    settled.catch(() => undefined);
    return new OwnedAnswer(askForHandle('promise_future', settled));
  }
  if (isGenerator(result)) {
    if (created.length > 0) watchGenerator(result, created);
    return result;
  }
  const state = stateOf(result);
  if (state !== undefined && !state.roundtrip) {
    const handle = askForHandle('same', result);
    destroyAll(created, CALL);
    destroyProxy(result as object, CALL, false);
    return new OwnedAnswer(handle);
  }
  destroyAll(created, CALL);
  return result;
}

function isThenable(value: unknown): boolean {
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null) return false;
  try {
    return typeof (value as { then?: unknown }).then === 'function';
  } catch {
    return false; // a getter threw: it is no promise
  }
}

function isGenerator(value: unknown): value is Generator | AsyncGenerator {
  if (typeof value !== 'object' || value === null) return false;
  try {
    const tag = Object.prototype.toString.call(value);
    return tag === '[object Generator]' || tag === '[object AsyncGenerator]';
  } catch {
    return false; // a trap threw
  }
}

/** Keeps the proxies until the generator has ended. */
function watchGenerator(generator: Generator | AsyncGenerator, created: readonly object[]): void {
  const ended = (step: unknown): unknown => {
    if ((step as IteratorResult<unknown>).done === true) destroyAll(created, GENERATOR);
    return step;
  };
  for (const name of ['next', 'throw', 'return'] as const) {
    const original = generator[name].bind(generator) as (...values: unknown[]) => unknown;
    const wrapped = (...values: unknown[]): unknown => {
      let step: unknown;
      try {
        step = original(...values);
      } catch (error) {
        destroyAll(created, GENERATOR);
        throw error;
      }
      if (!isThenable(step)) return ended(step);
      return (step as Promise<unknown>).then(ended, (error: unknown) => {
        destroyAll(created, GENERATOR);
        throw error;
      });
    };
    Object.defineProperty(generator, name, { value: wrapped, configurable: true, writable: true });
  }
}
