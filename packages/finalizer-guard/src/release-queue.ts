/** Handles released at a time: enough to be cheap, few enough not to keep others waiting. */
const BATCH = 512;
/** How long the event loop is kept at a time, in milliseconds. */
const SLICE_MS = 4;

/** What an object is assumed to hold, in bytes: a guess, as only the object itself could know. */
const ASSUMED_BYTES = 1024;
/** How many handles make the collector worth telling. */
const TELL_AT = 1024;

/** What a {@link ReleaseQueue} does its work with. */
export interface ReleaseQueueOptions {
  /**
   * Releases up to 512 handles at once. It must pass over those that are gone already, and not throw:
   * it runs from the event loop, where nobody could catch it. `collected`: the garbage collector's, not
   * somebody's who asked for it now.
   */
  readonly release: (handles: readonly number[], collected: boolean) => void;
  /** Tells the garbage collector that its objects hold `bytes` more, or fewer, outside its heap. */
  readonly adjustMemory: (bytes: number) => void;
}

/**
 * Releases what JavaScript's garbage collector no longer needs, in batches.
 *
 * The collector's callback only notes a number: what a release may run (a finalizer, anything) must not
 * run inside it. Batches are released on this thread, from the event loop, a few milliseconds at a time,
 * until none is left: the immediates hold the loop for just that long, as an idle loop would otherwise
 * never come back to what is queued.
 *
 * Thread: one queue belongs to one JS thread. What is queued when that ends is its environment's to
 * release.
 */
export class ReleaseQueue {
  readonly #options: ReleaseQueueOptions;
  readonly #queue: number[] = [];
  readonly #registry = new FinalizationRegistry<number>((handle) => {
    this.#count(-1);
    this.later(handle);
  });
  #scheduled = false;
  /** Holders made, less those collected, since the collector was told. */
  #untold = 0;

  /** @param options - how to release, and whom to tell */
  constructor(options: ReleaseQueueOptions) {
    this.#options = options;
  }

  /** Handles that wait for the event loop. */
  get waiting(): number {
    return this.#queue.length;
  }

  /**
   * Releases `handle` some time after `holder` is collected.
   *
   * @param holder - what everything that may still use the handle refers to, not just the proxy that was
   *   handed out
   * @param handle - a number that means something to `release`
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

  /** Releases handles now, in batches. */
  now(handles: readonly number[]): void {
    for (let start = 0; start < handles.length; start += BATCH) {
      this.#options.release(handles.slice(start, start + BATCH), false);
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
      this.#options.release(this.#queue.splice(-BATCH), true);
    }
    if (this.#queue.length > 0) this.#schedule();
  }

  /**
   * A holder is small and what it holds is not: without being told, the collector sees no reason to look
   * for a hundred thousand of them. One that was destroyed by hand counts until it is collected, too.
   */
  #count(change: number): void {
    this.#untold += change;
    if (Math.abs(this.#untold) < TELL_AT) return;
    this.#options.adjustMemory(this.#untold * ASSUMED_BYTES);
    this.#untold = 0;
  }
}
