import {
  NG_ANSWER_HANDLE,
  NG_JS_COMPLETION_REJECTED,
  NG_JS_COMPLETION_RESOLVED,
  NG_OPERATION_CALL,
  NG_OPERATION_CALL_FOR_HANDLE,
} from '@nogil/abi/constants';

import { Conversion } from '../conversion/to-python.js';
import type { Environment } from '../environment.js';
import { errorOf } from '../errors/make.js';
import { captureSite, type Site } from '../errors/stack.js';
import { ByReference, type Crossing, Handle } from '../frame/crossing.js';
import { operate, readHandle } from '../frame/operate.js';
import { cellOf } from '../proxy/handle-cell.js';
import { Owned } from '../proxy/owned.js';
import { supportFunction } from '../support.js';
import type { PyProxy } from '../types.js';
import { dropped, Pending } from './pending.js';

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
  readonly #pending: Pending;
  readonly #settle: ByReference;
  #last = 0;

  constructor(environment: Environment) {
    this.#environment = environment;
    this.#pending = new Pending(environment);
    // One function for all: Python knows it by one object, and posts to it without waiting.
    this.#settle = new ByReference((number: number, outcome: number, value: unknown) => {
      this.#finish(number, outcome, value);
    });
  }

  /** How many are open. */
  get size(): number {
    return this.#waiting.size;
  }

  /**
   * A promise, and the `Completion` of python/completion.py that settles it. While it is open the event loop stays
   * alive.
   *
   * @param below - the innermost function that the stack of an error does not show; must be running
   */
  open(below: (...values: never[]) => unknown): Completion {
    const number = ++this.#last;
    const site = captureSite(below);
    const handle = this.#make(number);
    let waiting!: Waiting;
    const promise = new Promise<unknown>((resolve, reject) => {
      waiting = { resolve, reject, site };
    });
    this.#waiting.set(number, waiting);
    this.#pending.add(waiting, (reason) => {
      this.#waiting.delete(number);
      waiting.reject(reason);
    });
    return {
      promise,
      handle,
      abandon: (reason) => {
        if (this.#take(number) === undefined) return false;
        waiting.reject(reason);
        return true;
      },
    };
  }

  #make(number: number): Owned {
    const conversion = new Conversion(this.#environment);
    try {
      const called: readonly Crossing[] = [
        supportFunction(this.#environment, 'Completion'),
        conversion.ready(this.#settle),
        number,
      ];
      const made = operate(
        this.#environment,
        NG_OPERATION_CALL + NG_ANSWER_HANDLE,
        called,
        readHandle,
      );
      return new Owned(this.#environment, made);
    } finally {
      conversion.done();
    }
  }

  #take(number: number): Waiting | undefined {
    const waiting = this.#waiting.get(number);
    if (waiting === undefined) return undefined;
    this.#waiting.delete(number);
    this.#pending.remove(waiting);
    return waiting;
  }

  /** Called by Python, from the event loop or from inside a call of this thread's. */
  #finish(number: number, outcome: number, value: unknown): void {
    const waiting = this.#take(number);
    // Given up before: by its signal, or at the end of Python. The value is left to the collector: the user may have it.
    if (waiting === undefined) return;
    if (outcome === NG_JS_COMPLETION_RESOLVED) waiting.resolve(value);
    else if (outcome === NG_JS_COMPLETION_REJECTED) {
      waiting.reject(this.#exception(value as PyProxy, waiting.site));
    } else waiting.reject(dropped());
  }

  /** @param outcome - the `_Outcome` of completion.py, which nobody else has */
  #exception(outcome: PyProxy, site: Site): unknown {
    const held = new Handle(cellOf(outcome)?.handle ?? 0);
    const positional = [supportFunction(this.#environment, 'outcome_exception'), held];
    const handle = operate(this.#environment, NG_OPERATION_CALL_FOR_HANDLE, positional, readHandle);
    outcome.destroy();
    return errorOf(this.#environment, handle, site);
  }
}

/** One promise that Python settles. */
export interface Completion {
  readonly promise: Promise<unknown>;
  /** Its Python object; whoever passed it on releases it. */
  readonly handle: Owned;
  /** Rejects the promise now; what Python says later goes nowhere. Whether it was open. */
  readonly abandon: (reason: unknown) => boolean;
}

/** See {@link Completions.open}. */
export function openCompletion(
  environment: Environment,
  below: (...values: never[]) => unknown,
): Completion {
  return (environment.completions ??= new Completions(environment)).open(below);
}
