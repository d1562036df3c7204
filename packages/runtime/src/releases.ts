import { NG_OPERATION_RELEASE } from '@nogil/abi';

import type { Arena } from './arena.js';

/** Handles released in one attach: enough to be cheap, few enough not to hold up the event loop. */
const BATCH = 512;

/**
 * Releases the Python objects whose proxies JavaScript's garbage collector has dropped.
 *
 * The collector's callback only notes a number: what a release may run (`__del__`, anything) must not
 * run inside it. A batch is released at a time, on this thread, from the event loop, without keeping
 * the process alive for it.
 */
export class Releases {
  readonly #arena: Arena;
  readonly #queue: number[] = [];
  readonly #registry = new FinalizationRegistry<number>((handle) => {
    this.later(handle);
  });
  #scheduled = false;

  constructor(arena: Arena) {
    this.#arena = arena;
  }

  /** Releases `handle` some time after `owner` is collected. */
  watch(owner: object, handle: number): void {
    // No token to unregister by, which would cost every proxy: an owner that was destroyed by hand
    // leaves a stale handle, and those are passed over.
    this.#registry.register(owner, handle);
  }

  /** Releases `handle` from the event loop. */
  later(handle: number): void {
    this.#queue.push(handle);
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      this.#releaseBatch();
    }).unref();
  }

  /** Releases handles now. One that is gone already is passed over; so are all once Python is. */
  now(handles: readonly number[]): void {
    for (let start = 0; start < handles.length; start += BATCH) {
      this.#release(handles.slice(start, start + BATCH));
    }
  }

  #releaseBatch(): void {
    const batch = this.#queue.splice(0, BATCH);
    this.#release(batch);
    const next = this.#queue.pop();
    if (next !== undefined) this.later(next);
  }

  #release(handles: readonly number[]): void {
    const arena = this.#arena;
    const frame = arena.claim(handles.length);
    try {
      for (let i = 0; i < handles.length; i++) {
        arena.writeHandle(arena.argument(frame, i), handles[i] as number);
      }
      // The only failure there is: the gate is closed, and the objects go with the process.
      arena.invoke(frame, NG_OPERATION_RELEASE, handles.length, 0);
    } finally {
      arena.give(frame);
    }
  }
}
