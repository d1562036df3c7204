/** A handle begins with its slot's number, and that with a chunk's: as handles.c puts them together. */
const INDEX_MASK = 2 ** 27 - 1;
const CHUNK_BITS = 12;
const POSITION_MASK = 2 ** CHUNK_BITS - 1;

/** How many that were found last are found again without asking the engine: a power of two. */
const RECENT = 64;

interface Holding {
  readonly owned: number;
}

const settled = Promise.resolve();

/**
 * What stands for the objects that the core knows a handle of, by the slots of those handles. Weak: what nobody uses is
 * collected, and then the next crossing of its object makes another.
 *
 * Nothing takes an entry out. One whose slot is used again is overwritten; until then it leads to a holder that
 * says of itself which handle it has. So there is at most one for each slot there ever was, and releasing a
 * handle costs nothing here.
 */
export class HolderTable<Holder extends Holding & object> {
  readonly #chunks: (WeakRef<Holder>[] | undefined)[] = [];
  /** Held until the job is over: as long as the engine holds what `deref` gave out, which takes it longer. */
  readonly #recent = new Array<Holder | undefined>(RECENT).fill(undefined);
  #holds = false;
  readonly #letGo = (): void => {
    this.#holds = false;
    this.#recent.fill(undefined);
  };

  /** What has that handle answers for its object from now on. */
  remember(holder: Holder): void {
    const index = (holder.owned >>> 0) & INDEX_MASK;
    const chunk = index >>> CHUNK_BITS;
    // A collected holder is not found any more, though its handle is live until the queue comes to it.
    (this.#chunks[chunk] ??= [])[index & POSITION_MASK] = new WeakRef(holder);
  }

  /** What has that handle; `undefined` when it was collected, and its handle waits to be released. */
  find(handle: number): Holder | undefined {
    const place = (handle >>> 0) & (RECENT - 1);
    const recent = this.#recent[place];
    if (recent?.owned === handle) return recent;
    const index = (handle >>> 0) & INDEX_MASK;
    const holder = this.#chunks[index >>> CHUNK_BITS]?.[index & POSITION_MASK]?.deref();
    if (holder?.owned !== handle) return undefined;
    this.#recent[place] = holder;
    if (!this.#holds) {
      this.#holds = true;
      void settled.then(this.#letGo);
    }
    return holder;
  }

  /** How many there are that have not been released. */
  count(): number {
    let found = 0;
    for (const chunk of this.#chunks) {
      for (const weak of chunk ?? []) {
        const holder = (weak as typeof weak | undefined)?.deref();
        if (holder !== undefined && holder.owned !== 0) found += 1;
      }
    }
    return found;
  }
}
