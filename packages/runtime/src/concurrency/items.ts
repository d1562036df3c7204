import { setImmediate } from 'node:timers/promises';

import { refuse } from './options.js';

/** What is mapped over: read only as far as it is needed. */
export type Items<Item> = Iterable<Item> | AsyncIterable<Item>;

const NOT_YET = Symbol('not yet');

/** The items of a map, a chunk at a time. */
export class ItemSource {
  /** How many there are, where that is known. */
  readonly total: number | undefined;
  /** Whether there are no more. */
  ended = false;
  readonly #sync: Iterator<unknown> | undefined;
  readonly #async: AsyncIterator<unknown> | undefined;
  #coming: Promise<IteratorResult<unknown>> | undefined;

  /** @throws NogilError `INVALID_ARGUMENT` */
  constructor(items: unknown) {
    const isObject = (typeof items === 'object' && items !== null) || typeof items === 'function';
    if (!isObject && typeof items !== 'string') {
      refuse(
        `the items are an array or an iterable, not ${items === null ? 'null' : typeof items}`,
      );
    }
    const source = Object(items) as object;
    if (isIterable(source)) {
      this.#sync = source[Symbol.iterator]();
    } else if (isAsyncIterable(source)) {
      this.#async = source[Symbol.asyncIterator]();
    } else {
      refuse('the items are an array, an iterable or an async iterable: this object is none');
    }
    if (Array.isArray(items)) this.total = items.length;
    else if (items instanceof Set || items instanceof Map) this.total = items.size;
  }

  /**
   * The next items: `count`, or fewer at the end, and where the source is slow.
   *
   * @returns at once where the source is not asynchronous
   */
  take(count: number): unknown[] | Promise<unknown[]> {
    const iterator = this.#sync;
    if (iterator === undefined) return this.#wait(count);
    const items: unknown[] = [];
    while (items.length < count && !this.ended) {
      const step = iterator.next();
      if (step.done === true) this.ended = true;
      else items.push(step.value);
    }
    return items;
  }

  async #wait(count: number): Promise<unknown[]> {
    const items: unknown[] = [];
    while (items.length < count && !this.ended) {
      const coming = (this.#coming ??= Promise.resolve(this.#async?.next() as never));
      // Whoever has one does not wait long for another.
      const step =
        items.length === 0
          ? await coming
          : await Promise.race([coming, setImmediate<typeof NOT_YET>(NOT_YET)]);
      if (step === NOT_YET) break;
      this.#coming = undefined;
      if (step.done === true) this.ended = true;
      else items.push(step.value);
    }
    return items;
  }

  /** Tells the source that no more is asked of it. */
  close(): void {
    if (this.ended) return;
    this.ended = true;
    if (this.#sync !== undefined) this.#sync.return?.();
    // Nobody waits for it: what goes wrong there is told as any rejection that nobody handles.
    else void this.#async?.return?.();
  }
}

function isIterable(source: object): source is Iterable<unknown> {
  return typeof Reflect.get(source, Symbol.iterator) === 'function';
}

function isAsyncIterable(source: object): source is AsyncIterable<unknown> {
  return typeof Reflect.get(source, Symbol.asyncIterator) === 'function';
}
