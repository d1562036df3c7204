import { NogilError, statusError } from '@nogil/abi';
import {
  NG_JS_COMPLETION_REJECTED,
  NG_JS_COMPLETION_RESOLVED,
  NG_STATUS_OK,
  NG_STATUS_SHUT_DOWN,
} from '@nogil/abi/constants';

import { Conversion } from '../conversion/to-python.js';
import type { Environment } from '../environment.js';
import { errorOf } from '../errors/make.js';
import type { Site } from '../errors/stack.js';
import { ByReference, Handle } from '../frame/crossing.js';
import { cellOf } from '../proxy/handle-cell.js';
import { Owned } from '../proxy/owned.js';
import { supportHandle } from '../support.js';
import type { PyProxy } from '../types.js';

/** How soon after Python has been shut down whoever waits for it is told, in milliseconds. */
const LOOK_EVERY_MS = 100;

// Bound here: tests replace the global ones.
const { setInterval, clearInterval } = globalThis;

/** A promise that waits for Python. */
interface Waiting {
  readonly resolve: (value: unknown) => void;
  readonly reject: (reason: unknown) => void;
  readonly site: Site;
}

/** This JS thread's promises that Python settles, each by a number of its own. */
export class Completions {
  readonly #environment: Environment;
  readonly #waiting = new Map<number, Waiting>();
  readonly #settle: ByReference;
  #timer: ReturnType<typeof setInterval> | undefined;
  #last = 0;

  constructor(environment: Environment) {
    this.#environment = environment;
    // One function for all: Python knows it by one object, and posts to it without waiting.
    this.#settle = new ByReference((number: number, outcome: number, value: unknown) => {
      this.#finish(number, outcome, value);
    });
  }

  /**
   * A promise, and the `Completion` of python/completion.py that settles it. While it is open the event loop stays
   * alive.
   *
   * @param site - where in JavaScript it was asked for: the stack of an error shows it
   */
  open(site: Site): Completion {
    const number = ++this.#last;
    const handle = this.#make(number);
    return { ...this.#expect(number, site), handle };
  }

  /** As {@link open}, for what posts to `settle` itself and needs no `Completion`: one crossing less. */
  expect(site: Site): Expected {
    const number = ++this.#last;
    return { ...this.#expect(number, site), settle: this.#settle, number };
  }

  #expect(number: number, site: Site): Open {
    const promise = new Promise<unknown>((resolve, reject) => {
      this.#waiting.set(number, { resolve, reject, site });
    });
    // Keeps the event loop alive. Python's end is another thread's doing, and nobody tells this one.
    this.#timer ??= setInterval(() => {
      this.#look();
    }, LOOK_EVERY_MS);
    return { promise, abandon: (reason) => this.#abandon(number, reason) };
  }

  #make(number: number): Owned {
    const conversion = new Conversion(this.#environment);
    try {
      const settle = conversion.ready(this.#settle);
      return new Owned(
        this.#environment,
        supportHandle(this.#environment, 'Completion', settle, number),
      );
    } finally {
      conversion.done();
    }
  }

  #take(number: number): Waiting | undefined {
    const waiting = this.#waiting.get(number);
    if (waiting === undefined) return undefined;
    this.#waiting.delete(number);
    if (this.#waiting.size === 0) {
      clearInterval(this.#timer);
      this.#timer = undefined;
    }
    return waiting;
  }

  #abandon(number: number, reason: unknown): boolean {
    const waiting = this.#take(number);
    waiting?.reject(reason);
    return waiting !== undefined;
  }

  #look(): void {
    if (this.#environment.core.describe().status === NG_STATUS_OK) return;
    for (const number of [...this.#waiting.keys()]) {
      this.#abandon(number, statusError(NG_STATUS_SHUT_DOWN));
    }
  }

  /** Called by Python, from the event loop or from inside a call of this thread's. */
  #finish(number: number, outcome: number, value: unknown): void {
    const waiting = this.#take(number);
    // Given up before: by its signal, or at the end of Python. The value is left to the collector: the user may have it.
    if (waiting === undefined) return;
    if (outcome === NG_JS_COMPLETION_RESOLVED) waiting.resolve(value);
    else if (outcome === NG_JS_COMPLETION_REJECTED) {
      waiting.reject(this.#reason(value as PyProxy, waiting.site));
    } else waiting.reject(dropped());
  }

  /** Never throws: nobody but the promise would hear of it. */
  #reason(outcome: PyProxy, site: Site): unknown {
    try {
      return this.#exception(outcome, site);
    } catch (error) {
      return error; // interrupted while it asked Python, or Python has ended meanwhile
    }
  }

  /** @param outcome - the `_Outcome` of completion.py, which nobody else has */
  #exception(outcome: PyProxy, site: Site): unknown {
    const held = new Handle(cellOf(outcome)?.handle ?? 0);
    const handle = supportHandle(this.#environment, 'outcome_exception', held);
    outcome.destroy();
    return errorOf(this.#environment, handle, site);
  }
}

/** The error for what Python dropped without an answer. */
function dropped(): NogilError {
  return new NogilError(
    'ABANDONED',
    'Python dropped this call without an answer: its thread or its event loop ended, or was ended, before it was done',
  );
}

/** One promise that Python settles. */
interface Open {
  readonly promise: Promise<unknown>;
  /** Rejects the promise now; what Python says later goes nowhere. Whether it was open. */
  readonly abandon: (reason: unknown) => boolean;
}

/** A promise, and what settles it. */
export interface Completion extends Open {
  /** Its Python object; whoever passed it on releases it. */
  readonly handle: Owned;
}

/** A promise, and what settles it: `settle(number, outcome, value)`. */
export interface Expected extends Open {
  readonly settle: ByReference;
  readonly number: number;
}

function completionsOf(environment: Environment): Completions {
  return (environment.completions ??= new Completions(environment));
}

/** See {@link Completions.open}. */
export function openCompletion(environment: Environment, site: Site): Completion {
  return completionsOf(environment).open(site);
}

/** See {@link Completions.expect}. */
export function expectCompletion(environment: Environment, site: Site): Expected {
  return completionsOf(environment).expect(site);
}
