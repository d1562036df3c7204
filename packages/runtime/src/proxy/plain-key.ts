/** How many are kept for a thread, at most. */
const KEPT_KEYS = 2048;

/**
 * A key of proxies that is the name of an attribute, and no more: no index, no member of proxies in front of
 * attributes, no `$`. That is so for every object and for good.
 */
export class PlainKey {
  /** The handle of the name, interned: kept for as long as the thread. */
  readonly name: number;
  /** What it was the last time, of whatever object. Decides how it is asked for, never what comes of it. */
  wasMethod = false;

  constructor(name: number) {
    this.name = name;
  }
}

/** Keeps a key, if there is room. */
export function keepPlainKey(keys: Map<string, PlainKey>, key: string, name: number): void {
  if (keys.size < KEPT_KEYS) keys.set(key, new PlainKey(name));
}
