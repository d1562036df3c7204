/** The queue all workers take from, and the barrier they start at: a few integers in shared memory. */

const NEXT = 0;
const OPENED = 1;
const LENGTH = 2;

/**
 * One counter says which item is next; whoever increments it owns the item. The same few bytes are
 * seen by every thread that holds {@link WorkQueue.memory}. Any thread may call anything, except that
 * only one, the one that started the others, closes and opens.
 */
export class WorkQueue {
  readonly #cells: Int32Array<SharedArrayBuffer>;

  /** @param memory - the memory of an existing queue, to join it */
  constructor(readonly memory: SharedArrayBuffer = new SharedArrayBuffer(LENGTH * 4)) {
    this.#cells = new Int32Array(memory);
  }

  /** Puts all items back. Only while no worker takes. */
  reset(): void {
    Atomics.store(this.#cells, NEXT, 0);
  }

  /**
   * Lets the workers that wait for this run start.
   *
   * @param run - the number of the run, greater than the last
   */
  open(run: number): void {
    Atomics.store(this.#cells, OPENED, run);
    Atomics.notify(this.#cells, OPENED);
  }

  /**
   * Blocks the calling thread until the run is opened.
   *
   * @param run - the number of the run
   */
  waitUntilOpen(run: number): void {
    for (;;) {
      const opened = Atomics.load(this.#cells, OPENED);
      if (opened >= run) return;
      Atomics.wait(this.#cells, OPENED, opened);
    }
  }

  /** Takes the number of the next item, from 0; past the last item it goes on counting. */
  take(): number {
    return Atomics.add(this.#cells, NEXT, 1);
  }

  /** How many items were taken. May exceed the number of items by one per worker. */
  get taken(): number {
    return Atomics.load(this.#cells, NEXT);
  }
}
