import { NogilError } from '@nogil/abi';

import { Conversion } from '../conversion/to-python.js';
import type { Environment } from '../environment.js';
import { PythonError } from '../errors/python-error.js';
import { captureSite, type Site } from '../errors/stack.js';
import type { Handle } from '../frame/crossing.js';
import type { Owned } from '../proxy/owned.js';
import type { PyProxy } from '../types.js';
import { type Completion, openCompletion } from './completion.js';
import type { ItemSource } from './items.js';
import { ask, interrupt, own, Reason } from './operation.js';
import { ParallelError } from './parallel-error.js';
import { type PartResults, readPart } from './part.js';

/** How far a map is. */
export interface Progress {
  /** How many items are done, failed ones included. */
  readonly done: number;
  /** How many there are; `undefined` where that is not known before the end. */
  readonly total: number | undefined;
  /** Since its begin, in milliseconds. */
  readonly elapsed: number;
  /** How long the rest may take, in milliseconds; `undefined` where that cannot be said. */
  readonly eta: number | undefined;
}

/** How a batch runs, checked. */
export interface BatchOptions {
  /** How many parts run at once. */
  readonly concurrency: number;
  /** How many are handed to the pool at once: more than run, so that no thread waits for this one. */
  readonly ahead: number;
  /** Items in a part; `undefined`: what makes a part take some milliseconds. */
  readonly chunk: number | undefined;
  readonly complete: boolean;
  readonly signal: AbortSignal | undefined;
  readonly onProgress: ((progress: Progress) => void) | undefined;
}

/** How long a part should take, in seconds: long against what it costs, short against what is left at the end. */
const PART_SECONDS = 0.008;
const LARGEST_PART = 8192;
/** A part is at most this many times as large as the one that was measured. */
const GROWTH = 8;
/** How often progress is told, in milliseconds. */
const PROGRESS_MS = 100;

interface Running {
  readonly first: number;
  readonly count: number;
  readonly completion: Completion;
  readonly job: Owned;
}

/** One `python.parallel.map` or `all`. */
export class Batch {
  readonly #environment: Environment;
  readonly #source: ItemSource;
  readonly #options: BatchOptions;
  readonly #site: Site;
  readonly #shared: Owned;
  readonly #begun = performance.now();
  readonly #running = new Set<Running>();
  readonly #results: unknown[] = [];
  readonly #errors: { readonly index: number; readonly error: unknown }[] = [];
  #next = 0;
  #done = 0;
  #size = 1;
  #told = -Infinity;
  #pulling = false;
  #settled = false;
  #resolve!: (results: unknown[]) => void;
  #reject!: (reason: unknown) => void;

  /**
   * @param spread - whether an item is a call of its own: function, arguments, keyword arguments
   * @param site - where it was asked for, for its errors
   */
  constructor(
    environment: Environment,
    fn: Handle | null,
    spread: boolean,
    source: ItemSource,
    options: BatchOptions,
    site: Site,
  ) {
    this.#environment = environment;
    this.#source = source;
    this.#options = options;
    this.#site = site;
    this.#size = options.chunk ?? 1;
    this.#shared = own(environment, 'batch_open', [fn, spread, options.complete]);
  }

  run(): Promise<unknown[]> {
    const promise = new Promise<unknown[]>((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    this.#options.signal?.addEventListener('abort', this.#onAbort);
    this.#begin();
    return promise;
  }

  readonly #onAbort = (): void => {
    this.#cancel(this.#options.signal?.reason, true);
  };

  #begin(): void {
    this.#pull().catch((error: unknown) => {
      this.#cancel(error, false);
    });
  }

  /** Hands parts to the pool until it has enough. */
  async #pull(): Promise<void> {
    if (this.#pulling) return;
    this.#pulling = true;
    try {
      while (!this.#settled && !this.#source.ended && this.#running.size < this.#options.ahead) {
        const taken = this.#source.take(this.#partSize());
        const items = Array.isArray(taken) ? taken : await taken;
        // It may have been cancelled while the source was awaited.
        if (items.length > 0 && !this.#isSettled()) this.#submit(items);
      }
    } finally {
      this.#pulling = false;
    }
    if (this.#source.ended && this.#running.size === 0) this.#finish();
  }

  #isSettled(): boolean {
    return this.#settled;
  }

  #partSize(): number {
    const { chunk, concurrency } = this.#options;
    const { total } = this.#source;
    if (chunk !== undefined || total === undefined) return this.#size;
    // Small ones last, so that all threads end at about the same time.
    const fair = Math.ceil((total - this.#next) / (concurrency * 2));
    return Math.max(1, Math.min(this.#size, fair));
  }

  #submit(items: unknown[]): void {
    const environment = this.#environment;
    const first = this.#next;
    const submit = this.#submit;
    const completion = openCompletion(environment, captureSite(submit));
    let job: Owned;
    try {
      const values = [this.#shared.handle, completion.handle.handle, items];
      job = own(environment, 'batch_submit', values);
    } catch (error) {
      completion.promise.catch(() => undefined);
      const reason = atItem(environment, items, first, error);
      completion.abandon(reason);
      throw reason;
    } finally {
      completion.handle.releaseLater();
    }
    this.#next += items.length;
    const part: Running = { first, count: items.length, completion, job };
    this.#running.add(part);
    completion.promise.then(
      (value) => {
        this.#took(part, value as PyProxy);
      },
      (error: unknown) => {
        this.#end(part);
        this.#cancel(error, false);
      },
    );
  }

  #end(part: Running): void {
    this.#running.delete(part);
    part.job.releaseLater();
  }

  #took(part: Running, value: PyProxy): void {
    this.#end(part);
    if (this.#settled) {
      value.destroy();
      return;
    }
    try {
      this.#keep(part, readPart(this.#environment, value, this.#site));
    } catch (error) {
      this.#cancel(error, false);
      return;
    }
    this.#begin();
  }

  #keep(part: Running, { seconds, results, errors }: PartResults): void {
    for (let i = 0; i < results.length; i++) this.#results[part.first + i] = results[i];
    for (const { at, error } of errors) {
      const index = part.first + at;
      // What JavaScript threw is that, untouched.
      if (error instanceof PythonError) {
        Object.defineProperty(error, 'index', {
          value: index,
          configurable: true,
          enumerable: true,
        });
      }
      if (!this.#options.complete) throw error;
      this.#errors.push({ index, error });
    }
    this.#done += part.count;
    this.#measure(part.count, seconds);
    this.#tell(false);
  }

  #measure(count: number, seconds: number): void {
    if (this.#options.chunk !== undefined) return;
    const wanted = Math.floor((PART_SECONDS * count) / Math.max(seconds, 1e-9));
    this.#size = Math.max(1, Math.min(wanted, count * GROWTH, LARGEST_PART));
  }

  #tell(last: boolean): void {
    const { onProgress } = this.#options;
    if (onProgress === undefined) return;
    const now = performance.now();
    if (!last && now - this.#told < PROGRESS_MS) return;
    this.#told = now;
    const done = this.#done;
    const total = last ? done : this.#source.total;
    const elapsed = now - this.#begun;
    const eta = total === undefined || done === 0 ? undefined : (elapsed / done) * (total - done);
    onProgress({ done, total, elapsed, eta });
  }

  #finish(): void {
    if (this.#settled) return;
    this.#tell(true);
    this.#settle();
    const results = this.#results;
    if (this.#errors.length === 0) {
      this.#resolve(results);
      return;
    }
    const errors = this.#errors.sort((one, other) => one.index - other.index);
    this.#reject(
      new ParallelError(
        errors.map(({ error }) => error),
        errors.map(({ index }) => index),
        results,
      ),
    );
  }

  /** Rejects now. What runs ends after its item, or at once when it is `hard`. */
  #cancel(reason: unknown, hard: boolean): void {
    if (this.#settled) return;
    this.#settled = true; // before anything of the user's runs
    this.#reject(reason);
    const environment = this.#environment;
    try {
      ask(environment, 'batch_stop', this.#shared.handle);
    } catch (error) {
      // Python has ended: nothing of it runs.
      if (!(error instanceof NogilError && error.code === 'PYTHON_SHUT_DOWN')) throw error;
    } finally {
      for (const part of [...this.#running]) {
        if (hard) interrupt(environment, 'pool_interrupt', part.job, Reason.abort);
        this.#end(part);
        part.completion.abandon(reason);
      }
      this.#settle();
      this.#source.close();
    }
  }

  #settle(): void {
    this.#settled = true;
    this.#options.signal?.removeEventListener('abort', this.#onAbort);
    this.#shared.releaseLater();
  }
}

/** The error of a part that cannot cross, with the item that it is about. */
function atItem(
  environment: Environment,
  items: readonly unknown[],
  first: number,
  error: unknown,
): unknown {
  if (!(error instanceof NogilError)) return error;
  for (let i = 0; i < items.length; i++) {
    const conversion = new Conversion(environment);
    try {
      conversion.ready([items[i]]);
    } catch {
      return new NogilError(error.code, `item ${first + i}: ${error.message}`, { cause: error });
    } finally {
      conversion.done();
    }
  }
  return error;
}
