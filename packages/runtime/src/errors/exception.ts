import {
  NG_OPERATION_CALL,
  NG_OPERATION_CALL_FOR_TEXT,
  NG_TAG_MISSING,
  NG_RAISED_HAS_CAUSE,
} from '@nogil/abi/constants';
import { handleTracking } from '@nogil/handles';

import type { Environment } from '../environment.js';
import { Handle } from '../frame/crossing.js';
import { operate } from '../frame/operate.js';
import { invoke } from '../invoke.js';
import { cellOf, type HandleCell } from '../proxy/handle-cell.js';
import { supportFunction } from '../support.js';
import type { PyProxy } from '../types.js';

// Bound here: through the import it would be looked up each time.
const tracking = handleTracking;

/** What a description says when it could not be had any more. */
function reasonText(error: unknown): string {
  return `<not available any more: ${error instanceof Error ? error.message : String(error)}>`;
}

/**
 * A Python exception as JavaScript holds it. Everything but its type, and a plain message, is asked of Python
 * when it is read: exceptions are also used for control flow, where nobody reads it.
 *
 * Owner: one PythonError. The handle goes when that is collected, or with {@link release}.
 */
export class Exception implements HandleCell {
  readonly environment: Environment;
  handle: number;
  /** The address of its type. */
  readonly type: number;
  /** Its own address: of no other exception as long as this one has its handle. */
  readonly identity: number;
  /** What `str()` makes of it, where that was told at once. */
  readonly message: string | undefined;
  readonly hasCause: boolean;
  #value: PyProxy | undefined;
  #texts: Map<string, string> | undefined;

  /** Takes the exception of an operation that raised over from its frame. */
  constructor(environment: Environment, frame: number) {
    const { arena } = environment;
    const result = arena.result(frame);
    const message = arena.argument(frame, 2);
    this.environment = environment;
    this.handle = arena.number(result);
    this.hasCause = (arena.length(result) & NG_RAISED_HAS_CAUSE) !== 0;
    this.type = arena.number(arena.argument(frame, 0));
    this.identity = arena.number(arena.argument(frame, 1));
    this.message = arena.tag(message) === NG_TAG_MISSING ? undefined : arena.text(message);
    environment.releases.watch(this, this.handle);
    if (tracking.active) tracking.created(this.handle);
  }

  /** The exception in Python. */
  reference(): Handle {
    return new Handle(this.handle);
  }

  /** The exception as a proxy: the same one until somebody destroys it. */
  value(): PyProxy {
    if (this.#value === undefined || cellOf(this.#value)?.handle === 0) {
      const { environment } = this;
      const same = supportFunction(environment, 'same');
      this.#value = invoke(environment, NG_OPERATION_CALL, same, [this.reference()]) as PyProxy;
    }
    return this.#value;
  }

  /** The answer of one of the core's own Python functions that takes the exception. */
  ask<Result>(name: string, read: (environment: Environment, frame: number) => Result): Result {
    const { environment } = this;
    const callable = supportFunction(environment, name);
    return operate(environment, NG_OPERATION_CALL, [callable, this.reference()], read);
  }

  /**
   * The same for a text, as it is now. Where Python cannot be asked any more: what it said last, or why there
   * is nothing. Never throws: it is for people, who read it while they handle something else.
   */
  text(name: string): string {
    const { environment } = this;
    try {
      const callable = supportFunction(environment, name);
      const positional = [callable, this.reference()];
      const text = operate(environment, NG_OPERATION_CALL_FOR_TEXT, positional, readText);
      (this.#texts ??= new Map()).set(name, text);
      return text;
    } catch (error) {
      return this.#texts?.get(name) ?? reasonText(error);
    }
  }

  /** Lets the exception go now, and with it the frames of its traceback and what their variables hold. */
  release(): void {
    const { handle } = this;
    if (handle === 0) return;
    this.handle = 0;
    this.environment.releases.now([handle]);
  }
}

function readText({ arena }: Environment, frame: number): string {
  return arena.text(arena.result(frame));
}
