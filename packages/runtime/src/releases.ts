import { type Core } from '@nogil/abi';
import { NG_OPERATION_RELEASE } from '@nogil/abi/constants';

import type { Arena } from './arena.js';

/** Handles released in one attach: enough to be cheap, few enough not to keep others waiting. */
const BATCH = 512;
/** How long the event loop is kept at a time, in milliseconds. */
const SLICE_MS = 4;

/** What a Python object is assumed to hold, in bytes: a guess, as only the object itself could know. */
const ASSUMED_BYTES = 1024;
/** How many handles make the collector worth telling. */
const TELL_AT = 1024;

/**
 * Releases the Python objects whose proxies JavaScript's garbage collector has dropped.
 *
 * The collector's callback only notes a number: what a release may run (`__del__`, anything) must not
 * run inside it. Batches are released on this thread, from the event loop, a few milliseconds at a time,
 * until none is left: the immediates hold the loop for just that long, as an idle loop would otherwise
 * never come back to what is queued.
 */
export class Releases {
  readonly #core: Core;
  readonly #arena: Arena;
  readonly #queue: number[] = [];
  readonly #registry = new FinalizationRegistry<number>((handle) => {
    this.#count(-1);
    this.later(handle);
  });
  #scheduled = false;
  /** Holders made, less those collected, since the collector was told. */
  #untold = 0;

  constructor(core: Core, arena: Arena) {
    this.#core = core;
    this.#arena = arena;
  }

  /**
   * Releases `handle` some time after `holder` is collected: the object everything that may still use
   * the handle refers to, not just the proxy that was handed out.
   */
  watch(holder: object, handle: number): void {
    // No token to unregister by, which would cost every proxy: a holder that was destroyed by hand
    // leaves a stale handle, and those are passed over.
    this.#registry.register(holder, handle);
    this.#count(1);
  }

  /** Releases `handle` from the event loop. */
  later(handle: number): void {
    this.#queue.push(handle);
    this.#schedule();
  }

  /** Releases handles now. One that is gone already is passed over; so are all once Python is. */
  now(handles: readonly number[]): void {
    for (let start = 0; start < handles.length; start += BATCH) {
      this.#release(handles.slice(start, start + BATCH));
    }
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      this.#releaseSlice();
    });
  }

  #releaseSlice(): void {
    const until = performance.now() + SLICE_MS;
    // From the end: taking from the front of a long array would move all the rest.
    while (this.#queue.length > 0 && performance.now() < until) {
      this.#release(this.#queue.splice(-BATCH));
    }
    if (this.#queue.length > 0) this.#schedule();
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

  /**
   * A holder is small and what it holds is not: without being told, the collector sees no reason to look
   * for a hundred thousand of them. One that was destroyed by hand counts until it is collected, too.
   */
  #count(change: number): void {
    this.#untold += change;
    if (Math.abs(this.#untold) < TELL_AT) return;
    this.#core.adjustMemory(this.#untold * ASSUMED_BYTES);
    this.#untold = 0;
  }
}
