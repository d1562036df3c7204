import { NogilError, statusError } from '@nogil/abi';
import { NG_STATUS_OK, NG_STATUS_SHUT_DOWN } from '@nogil/abi/constants';

import type { Environment } from '../environment.js';

/** How soon after Python has been shut down whoever waits for it is told, in milliseconds. */
const LOOK_EVERY_MS = 100;

// Bound here: tests replace the global ones.
const { setInterval, clearInterval } = globalThis;

/** What waits for Python on this JS thread: it keeps the event loop alive meanwhile. */
export class Pending {
  readonly #environment: Environment;
  readonly #abandoned = new Map<object, (reason: unknown) => void>();
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor(environment: Environment) {
    this.#environment = environment;
  }

  /** How many wait. */
  get size(): number {
    return this.#abandoned.size;
  }

  /**
   * @param key - whoever waits
   * @param abandoned - called when Python has ended and nothing will come of it
   */
  add(key: object, abandoned: (reason: unknown) => void): void {
    this.#abandoned.set(key, abandoned);
    // Python's end is another thread's doing, and nobody tells this one.
    this.#timer ??= setInterval(() => {
      this.#look();
    }, LOOK_EVERY_MS);
  }

  remove(key: object): void {
    this.#abandoned.delete(key);
    if (this.#abandoned.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #look(): void {
    if (this.#environment.core.describe().status === NG_STATUS_OK) return;
    const all = [...this.#abandoned];
    for (const [key] of all) this.remove(key);
    for (const [, abandoned] of all) abandoned(statusError(NG_STATUS_SHUT_DOWN));
  }
}

/** The error for what Python dropped without an answer. */
export function dropped(): NogilError {
  return new NogilError(
    'ABANDONED',
    'Python dropped this call without an answer: its thread or its event loop ended, or was ended, before it was done',
  );
}
