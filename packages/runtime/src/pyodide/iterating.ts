import { Handle } from '../frame/crossing.js';
import { absent, ask } from './calls.js';
import { AsJavaScript } from './crossed.js';
import { raisedFor } from './raised.js';
import { alive, destroyProxy } from './proxy.js';
import { proxyFlag } from './proxy-flags.js';
import { stateOf } from './state.js';

const EXHAUSTED = 'This borrowed proxy was automatically destroyed when an iterator was exhausted.';

function handleOf(proxy: object): Handle {
  return new Handle(alive(proxy).shared.handle);
}

function* yielded(iterator: object): Generator<unknown, void, void> {
  const borrowed: object[] = [];
  try {
    for (;;) {
      const value = ask('advance', iterator);
      if (value === absent) return;
      if (stateOf(value) !== undefined) borrowed.push(value as object);
      yield value;
    }
  } finally {
    for (const proxy of borrowed) destroyProxy(proxy, EXHAUSTED, false);
    destroyProxy(iterator, undefined, false);
  }
}

class Iterable {
  [Symbol.iterator](): Iterator<unknown> {
    const iterator = ask('iterate', handleOf(this)) as object;
    return stateOf(iterator) === undefined ? (iterator as Iterator<unknown>) : yielded(iterator);
  }
}

function stepped(answer: unknown, value?: unknown): IteratorResult<unknown, unknown> {
  const [how, result] = answer as [string, unknown];
  if (how === 'yielded') return { done: false, value: result };
  return { done: true, value: how === 'closed' ? value : result };
}

class IteratorMethods {
  [Symbol.iterator](): this {
    return this;
  }

  next(value?: unknown): IteratorResult<unknown, unknown> {
    return stepped(ask('step', handleOf(this), 'send', value));
  }
}

class GeneratorMethods {
  throw(error: unknown): IteratorResult<unknown, unknown> {
    return stepped(ask('step', handleOf(this), 'throw', error));
  }

  return(value?: unknown): IteratorResult<unknown, unknown> {
    return stepped(ask('step', handleOf(this), 'return'), value);
  }
}

/** A promise for what a coroutine returns. */
export function promiseFor(coroutine: unknown, destroys = true): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const once = (work: (value: unknown) => void) => (value: unknown) => {
      const owned = stateOf(value) === undefined ? value : (value as { copy(): unknown }).copy();
      work(owned);
    };
    const failing = (error: unknown): void => {
      const raised = raisedFor(error);
      // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- what was thrown goes on as it is
      reject(raised instanceof AsJavaScript ? raised.value : raised);
    };
    ask('ensure_future', coroutine, once(resolve), failing);
    if (destroys && stateOf(coroutine) !== undefined)
      destroyProxy(coroutine as object, undefined, false);
  });
}

async function asyncStep(proxy: object, how: string, ...values: unknown[]): Promise<unknown> {
  return promiseFor(ask('async_step', handleOf(proxy), how, ...values));
}

class AsyncIterable {
  [Symbol.asyncIterator](): AsyncIterator<unknown> {
    const iterator = ask('iterate_async', handleOf(this)) as object;
    const next = (): Promise<IteratorResult<unknown>> =>
      asyncStep(iterator, 'send').then((answer) => {
        const step = stepped(answer);
        if (step.done === true) destroyProxy(iterator, undefined, false);
        return step;
      });
    return { next };
  }
}

class AsyncIteratorMethods {
  [Symbol.asyncIterator](): this {
    return this;
  }

  async next(value?: unknown): Promise<IteratorResult<unknown, unknown>> {
    return stepped(await asyncStep(this, 'send', value));
  }
}

class AsyncGeneratorMethods {
  async throw(error: unknown): Promise<IteratorResult<unknown, unknown>> {
    return stepped(await asyncStep(this, 'throw', error));
  }

  async return(value?: unknown): Promise<IteratorResult<unknown, unknown>> {
    return stepped(await asyncStep(this, 'return'), value);
  }
}

export const IterableMethods = [
  [proxyFlag.iterable, Iterable],
  [proxyFlag.iterator, IteratorMethods],
  [proxyFlag.generator, GeneratorMethods],
  [proxyFlag.asyncIterable, AsyncIterable],
  [proxyFlag.asyncIterator, AsyncIteratorMethods],
  [proxyFlag.asyncGenerator, AsyncGeneratorMethods],
] as const;
