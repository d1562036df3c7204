import { trace } from '../diagnostics/tracing.js';
import type { Environment } from '../environment.js';
import { PythonError } from '../errors/python-error.js';
import { captureSite, type Site } from '../errors/stack.js';
import type { Handle } from '../frame/crossing.js';
import type { Keywords } from '../keywords.js';
import type { Owned } from '../proxy/owned.js';
import { type Completion, openCompletion } from './completion.js';
import { ask, interrupt, own, Reason, timedOut } from './operation.js';
import type { CallBounds } from './options.js';

/** How long Python has to answer an interrupt before its caller is told without, in milliseconds. */
const GRACE_MS = 300;

// Bound here: tests replace the global ones.
const { setTimeout, clearTimeout } = globalThis;

type Timer = ReturnType<typeof setTimeout>;

/** A call on the pool that has a bound. */
class BoundCall {
  readonly #environment: Environment;
  readonly #completion: Completion;
  readonly #job: Owned;
  readonly #bounds: CallBounds;
  readonly #site: Site;
  #timer: Timer | undefined;
  #late = false;

  constructor(
    environment: Environment,
    completion: Completion,
    job: Owned,
    bounds: CallBounds,
    site: Site,
  ) {
    this.#environment = environment;
    this.#completion = completion;
    this.#job = job;
    this.#bounds = bounds;
    this.#site = site;
    const { timeout, signal } = bounds;
    if (timeout !== undefined) this.#timer = setTimeout(this.#onTimeout, timeout);
    signal?.addEventListener('abort', this.#onAbort);
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
      this.#job.release();
    }
  }

  readonly #onAbort = (): void => {
    this.#completion.abandon(this.#bounds.signal?.reason);
    interrupt(this.#environment, 'pool_interrupt', this.#job, Reason.abort);
  };

  readonly #onTimeout = (): void => {
    this.#late = true;
    this.#timer = setTimeout(this.#onSilence, GRACE_MS);
    interrupt(this.#environment, 'pool_interrupt', this.#job, Reason.timeout);
  };

  readonly #onSilence = (): void => {
    const timeout = this.#bounds.timeout ?? 0;
    let place: unknown;
    try {
      place = ask(this.#environment, 'pool_place', this.#job.handle);
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
 * Calls a Python function on a thread of the pool.
 *
 * @param fn - in checked form, as the others
 * @param below - the innermost function that the stack of an error does not show; must be running
 * @returns what it returns, as a call would have; rejected with what it raises, with what cannot cross, and as the
 *   bounds say
 */
export function callOnPool(
  environment: Environment,
  fn: Handle,
  values: readonly unknown[],
  keywords: Keywords | undefined,
  bounds: CallBounds,
  below: (...values: never[]) => unknown,
): Promise<unknown> {
  const { signal } = bounds;
  if (signal?.aborted === true) return rejected(signal.reason);
  return trace('callAsync', environment, fn, () =>
    queue(environment, fn, values, keywords, bounds, below),
  );
}

function queue(
  environment: Environment,
  fn: Handle,
  values: readonly unknown[],
  keywords: Keywords | undefined,
  bounds: CallBounds,
  below: (...values: never[]) => unknown,
): Promise<unknown> {
  const { signal, timeout } = bounds;
  const completion = openCompletion(environment, below);
  let job: Owned;
  try {
    job = own(environment, 'pool_call', [completion.handle.handle, fn, ...values], keywords);
  } catch (error) {
    completion.abandon(error);
    return completion.promise;
  } finally {
    completion.handle.release();
  }
  if (signal === undefined && timeout === undefined) {
    job.release();
    return completion.promise;
  }
  return new BoundCall(environment, completion, job, bounds, captureSite(below)).wait();
}

/** A promise that is rejected with anything: a signal's reason need not be an error. */
export function rejected(reason: unknown): Promise<never> {
  return new Promise((_, reject) => {
    // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- it is what the user gave
    reject(reason);
  });
}
