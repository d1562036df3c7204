import type { Environment } from '../environment.js';
import { PythonError } from '../errors/python-error.js';
import type { Site } from '../errors/stack.js';
import type { Owned } from '../proxy/owned.js';
import type { Completion } from './completion.js';
import { ask, interrupt, Reason, timedOut } from './operation.js';
import { type CallBounds, isUnbounded } from './options.js';

/** How long Python has to answer an interrupt before its caller is told without, in milliseconds. */
const GRACE_MS = 300;

// Bound here: tests replace the global ones.
const { setTimeout, clearTimeout } = globalThis;

type Timer = ReturnType<typeof setTimeout>;

/** The core's own functions that reach what runs: with the object that stands for it, and a `Reason`. */
export interface Means {
  readonly interrupt: 'pool_interrupt' | 'aio_cancel';
  readonly place: 'pool_place' | 'aio_place';
}

/** Something in Python that has a bound. */
class BoundCall {
  readonly #environment: Environment;
  readonly #completion: Completion;
  readonly #job: Owned;
  readonly #means: Means;
  readonly #bounds: CallBounds;
  readonly #site: Site;
  #timer: Timer | undefined;
  #late = false;

  constructor(
    environment: Environment,
    completion: Completion,
    job: Owned,
    means: Means,
    bounds: CallBounds,
    site: Site,
  ) {
    this.#environment = environment;
    this.#completion = completion;
    this.#job = job;
    this.#means = means;
    this.#bounds = bounds;
    this.#site = site;
    const { timeout, signal } = bounds;
    if (timeout !== undefined) this.#timer = setTimeout(this.#onTimeout, timeout);
    signal?.addEventListener('abort', this.#onAbort);
    // While its arguments were converted, which runs getters and Python of the user's. The event has been.
    if (signal?.aborted === true) this.#onAbort();
  }

  async wait(): Promise<unknown> {
    try {
      return await this.#completion.promise;
    } catch (error) {
      if (this.#late && error instanceof PythonError) {
        throw timedOut(this.#bounds.timeout ?? 0, error, this.#site);
      }
      throw error;
    } finally {
      clearTimeout(this.#timer);
      this.#bounds.signal?.removeEventListener('abort', this.#onAbort);
      this.#job.releaseLater();
    }
  }

  readonly #onAbort = (): void => {
    this.#completion.abandon(this.#bounds.signal?.reason);
    interrupt(this.#environment, this.#means.interrupt, this.#job, Reason.abort);
  };

  readonly #onTimeout = (): void => {
    this.#late = true;
    this.#timer = setTimeout(this.#onSilence, GRACE_MS);
    interrupt(this.#environment, this.#means.interrupt, this.#job, Reason.timeout);
  };

  readonly #onSilence = (): void => {
    const timeout = this.#bounds.timeout ?? 0;
    let place: unknown;
    try {
      place = ask(this.#environment, this.#means.place, this.#job.handle);
    } catch (error) {
      place = `it cannot be asked: ${String(error)}`;
    }
    if (!this.#completion.abandon(timedOut(timeout, undefined, this.#site))) return;
    process.emitWarning(
      `a Python call that should have ended after ${timeout} ms goes on; where it is:\n${String(place)}`,
      { type: 'NogilWarning', code: 'NOGIL_NOT_INTERRUPTED' },
    );
  };
}

/**
 * The promise of a completion, within bounds.
 *
 * @param job - what runs, in Python; released here
 * @param means - how it is interrupted
 * @param site - where it was asked for
 */
export function waitBounded(
  environment: Environment,
  completion: Completion,
  job: Owned,
  means: Means,
  bounds: CallBounds,
  site: Site,
): Promise<unknown> {
  if (isUnbounded(bounds)) {
    job.releaseLater();
    return completion.promise;
  }
  return new BoundCall(environment, completion, job, means, bounds, site).wait();
}
