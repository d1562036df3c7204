import { types } from 'node:util';

import { NG_JS_SHAPE_POLICY, NG_OPERATION_CALL_FOR_HANDLE } from '@nogil/abi/constants';

import { pyodide } from '../conversion/policy.js';
import type { Environment } from '../environment.js';
import { type Crossing, Handle, jsNull, Reference, writeCrossing } from '../frame/crossing.js';
import { operate, readHandle } from '../frame/operate.js';
import { objectsOf } from '../javascript/host.js';
import type { JsEntry } from '../javascript/objects.js';
import { boxOf, unboxed } from '../javascript/symbol-box.js';
import { cellOf } from '../proxy/handle-cell.js';
import { supportFunction } from '../support.js';
import { flagsOf, jsFlag } from './flags.js';
import { settings } from './settings.js';
import { aliveHandle, stateOf } from './state.js';

/** An object that is to be a JavaScript object for Python, whatever it is. */
export class AsJavaScript {
  constructor(readonly value: object) {}
}

/** A reference that the core takes over with the answer. */
export class OwnedAnswer {
  constructor(readonly handle: number) {}
}

/** Values on their way to Python under Pyodide's rules. Nothing is copied. */
export class Crossed {
  readonly #environment: Environment;
  #pinned: JsEntry[] = [];
  #made: number[] = [];

  constructor(environment: Environment) {
    this.#environment = environment;
  }

  of(value: unknown): Crossing {
    switch (typeof value) {
      case 'undefined':
      case 'boolean':
      case 'string':
        return value;
      case 'number':
        return value === 0 ? 0 : value; // -0 is an int, too
      case 'bigint':
        return this.#asked('pyodide_big_int', [hexOf(value)]);
      case 'symbol':
        return this.#reference(boxOf(value));
      default:
        if (value === null) return settings.nullIsNone ? undefined : jsNull;
        return this.#object(value as object);
    }
  }

  #object(value: object): Crossing {
    const state = stateOf(value);
    if (state !== undefined) {
      const handle = aliveHandle(state);
      return state.roundtrip ? this.#reference(value) : handle;
    }
    // `instanceof` would ask a Proxy, which may be revoked.
    if (!types.isProxy(value)) {
      if (value instanceof Handle) return value;
      if (value instanceof AsJavaScript) return this.#reference(value.value);
    }
    const cell = safeCellOf(value);
    if (cell !== undefined && cell.handle !== 0) return new Handle(cell.handle);
    const reference = this.#reference(value);
    if ((reference.shape & (jsFlag.IS_ERROR as number)) === 0) return reference;
    return this.#asked('pyodide_js_exception', [reference]);
  }

  #reference(value: object): Reference {
    const entry = objectsOf(this.#environment).pin(value, pyodide, (object) =>
      flagsOf(types.isProxy(object) ? object : unboxed(object)),
    );
    this.#pinned.push(entry);
    return new Reference(entry.number, entry.shape + NG_JS_SHAPE_POLICY);
  }

  #asked(name: string, values: readonly Crossing[]): Handle {
    const callee = supportFunction(this.#environment, name);
    const positional = [callee, ...values];
    const made = operate(this.#environment, NG_OPERATION_CALL_FOR_HANDLE, positional, readHandle);
    this.#made.push(made);
    return new Handle(made);
  }

  /** Writes what Python reads after JavaScript has returned. */
  answer(frame: number, value: unknown): void {
    const { arena } = this.#environment;
    if (!types.isProxy(value) && value instanceof OwnedAnswer) {
      arena.writeHandle(arena.result(frame), value.handle, true);
      return;
    }
    const ready = this.of(value);
    const slot = arena.result(frame);
    if (ready instanceof Handle) {
      const place = this.#made.indexOf(ready.number);
      if (place >= 0) this.#made.splice(place, 1);
      arena.writeHandle(slot, ready.number, place >= 0);
      return;
    }
    writeCrossing(arena, slot, ready);
    if (ready instanceof Reference) {
      const objects = objectsOf(this.#environment);
      for (const entry of this.#pinned) objects.hand(entry);
      this.#pinned = [];
    }
  }

  done(): void {
    if (this.#pinned.length > 0) {
      const objects = objectsOf(this.#environment);
      for (const entry of this.#pinned) objects.unpin(entry);
      this.#pinned = [];
    }
    if (this.#made.length > 0) this.#environment.releases.now(this.#made);
    this.#made = [];
  }
}

function hexOf(value: bigint): string {
  return value < 0n ? `-0x${(-value).toString(16)}` : `0x${value.toString(16)}`;
}

/** Of anything, also of a Proxy that was revoked. */
function safeCellOf(value: object): ReturnType<typeof cellOf> {
  try {
    const cell = cellOf(value) as unknown;
    const known = typeof cell === 'object' && cell !== null && 'handle' in cell;
    return known ? (cell as ReturnType<typeof cellOf>) : undefined;
  } catch {
    return undefined; // its traps throw: no object of Python's
  }
}
