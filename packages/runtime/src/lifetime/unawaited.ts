import { fileURLToPath } from 'node:url';

import { NG_OPERATION_CALL } from '@nogil/abi/constants';

import type { Environment } from '../environment.js';
import { type Site, type SourcePlace, usersPlace } from '../errors/stack.js';
import { Handle } from '../frame/crossing.js';
import { operate, readNothing } from '../frame/operate.js';
import { supportFunction } from '../support.js';

// Bound here: tests replace the global one.
const { setImmediate } = globalThis;

/**
 * The coroutines of a thread that nobody has awaited, by their handles, and where they came from: for the warning
 * that Python gives when they are dropped (native/src/python/coroutines.py).
 *
 * The engine keeps a stack as the functions in it, with what these are bound to and see, and so for ever what has the
 * coroutine. Therefore stacks are made text, which is expensive, when the event loop turns: most coroutines have been
 * awaited by then.
 */
export class Unawaited {
  readonly #environment: Environment;
  readonly #fresh = new Map<number, Site>();
  readonly #places = new Map<number, SourcePlace>();
  #scheduled = false;

  constructor(environment: Environment) {
    this.#environment = environment;
  }

  /** @param site - where its proxy was made */
  made(handle: number, site: Site): void {
    this.#fresh.set(handle, site);
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      for (const [each, where] of this.#fresh) {
        const place = usersPlace(where);
        if (place !== undefined) this.#places.set(each, place);
      }
      this.#fresh.clear();
    });
  }

  /** It runs: Python has nothing to say of it. */
  awaited(handle: number): void {
    if (!this.#fresh.delete(handle)) this.#places.delete(handle);
  }

  /**
   * Tells Python where those of them come from that nobody has awaited.
   *
   * @param handles - what is about to be released on this thread
   * @returns to be called when it was
   */
  dropping(handles: readonly number[]): (() => void) | undefined {
    if (this.#fresh.size === 0 && this.#places.size === 0) return undefined;
    const told = handles.filter((handle) => this.#tell(handle));
    if (told.length === 0) return undefined;
    return () => {
      this.#call('coroutines_dropped');
    };
  }

  #tell(handle: number): boolean {
    const place = this.#take(handle);
    if (place === undefined) return false;
    const { file, line, stack } = place;
    return this.#call('coroutine_dropping', new Handle(handle), asPath(file), line, stack);
  }

  #take(handle: number): SourcePlace | undefined {
    const site = this.#fresh.get(handle);
    const place = site === undefined ? this.#places.get(handle) : usersPlace(site);
    this.awaited(handle);
    return place;
  }

  /** Whether it could be called. */
  #call(name: string, ...values: readonly (Handle | string | number)[]): boolean {
    const here = this.#environment;
    try {
      operate(here, NG_OPERATION_CALL, [supportFunction(here, name), ...values], readNothing);
      return true;
    } catch {
      // A release does not fail. Python is over, or short of memory: it warns without the place.
      return false;
    }
  }
}

/** For Python, which reads the line from there: modules are told as URLs. */
function asPath(place: string): string {
  try {
    return place.startsWith('file://') ? fileURLToPath(place) : place;
  } catch {
    return place; // of another host, or encoded in another way: as it is
  }
}
