import { type Core, NogilError } from '@nogil/abi';
import { NG_JS_SHAPE_THENABLE } from '@nogil/abi/constants';
import { handleTracking, longTrace } from '@nogil/handles';

import type { Policy } from '../conversion/policy.js';
import { ringBell } from '../lifetime/bell.js';
import { forgetPromise, watchPromise } from './promises.js';
import { forgetBox, unboxed } from './symbol-box.js';

// Bound here: through the import it would be looked up each time.
const tracking = handleTracking;

/** One JavaScript object that Python knows, or is about to know. */
export interface JsEntry {
  /** How Python names it. Given to another object only after Python has forgotten this one. */
  readonly number: number;
  readonly value: object;
  /** What JavaScript means by it: of a symbol's box, the symbol. Here, as to ask a box is slow. */
  readonly meant: object | symbol;
  /** The rules under which it crossed, and by which everything crosses that Python does with it. */
  readonly policy: Policy;
  /** `NG_JS_SHAPE_…`: what it could do when it crossed first. */
  readonly shape: number;
  /** Conversions that have its number, but have not carried it across yet. */
  pins: number;
  /** Whether Python will say when it has dropped it. */
  live: boolean;
  /** Where it crossed first, and when, if handles were tracked then. */
  readonly made: { readonly at: number; readonly where: Error } | undefined;
}

/**
 * The JavaScript objects that Python refers to, by number.
 *
 * Owner: this JS thread's environment; the core counts the Python objects that stand for each, and calls
 * `drop` when there is none. An entry is pinned from when its number is handed out until the operation
 * that carries it across is over: what runs in between may deliver that very `drop`, and the number must
 * not become another object's.
 */
export class JsObjects {
  readonly #core: Core;
  readonly #entries: (JsEntry | undefined)[] = [undefined]; // 0 is no number
  readonly #free: number[] = [];
  /** An object that crossed under two policies is two objects to Python. */
  readonly #known = {
    nogil: new WeakMap<object, JsEntry>(),
    pyodide: new WeakMap<object, JsEntry>(),
  } satisfies Record<Policy['name'], WeakMap<object, JsEntry>>;

  constructor(core: Core) {
    this.#core = core;
  }

  /** How many there are. */
  get size(): number {
    return this.#entries.length - 1 - this.#free.length;
  }

  /**
   * The entry of an object, pinned.
   *
   * @param shape - finds out what it can do; called only for an object that is new
   */
  pin(value: object, policy: Policy, shape: (value: object) => number): JsEntry {
    const known = this.#known[policy.name];
    let entry = known.get(value);
    if (entry === undefined || this.#entries[entry.number] !== entry) {
      const kind = shape(value); // may run code of the object's, which may cross, too
      const number = this.#free.pop() ?? this.#entries.length;
      const made = tracking.active
        ? { at: performance.now(), where: longTrace('crossed') }
        : undefined;
      const meant = unboxed(value);
      entry = { number, value, meant, policy, shape: kind, pins: 0, live: false, made };
      this.#entries[number] = entry;
      known.set(value, entry);
      if ((kind & NG_JS_SHAPE_THENABLE) !== 0) watchPromise(value);
    }
    entry.pins += 1;
    return entry;
  }

  /** The entry of an object that Python has, and will say when it has dropped it. Good until JavaScript returns. */
  known(value: object, policy: Policy): JsEntry | undefined {
    const entry = this.#known[policy.name].get(value);
    return entry?.live === true && this.#entries[entry.number] === entry ? entry : undefined;
  }

  /** Those that Python has. */
  held(): JsEntry[] {
    return this.#entries.filter((entry) => entry !== undefined);
  }

  /** Undoes a `pin`, after the operation that carried the object across, or failed to. */
  unpin(entry: JsEntry): void {
    entry.pins -= 1;
    if (entry.pins > 0 || entry.live) return;
    if (this.#core.isObjectLive(entry.number)) entry.live = true;
    else this.#forget(entry);
  }

  /** As {@link unpin}, for what the core carries across only after JavaScript has returned to it. */
  hand(entry: JsEntry): void {
    entry.pins -= 1;
    entry.live = true;
  }

  /** Python has dropped it. */
  drop(number: number): void {
    const entry = this.#entries[number];
    if (entry === undefined) return;
    entry.live = false;
    if (entry.pins === 0) this.#forget(entry);
  }

  /** The object with that number. */
  at(number: number): JsEntry {
    const entry = this.#entries[number];
    if (entry !== undefined) return entry;
    throw new NogilError(
      'INTERNAL',
      `Python named JavaScript object ${number}, which this thread does not have; this is a defect in nogil, please report it`,
    );
  }

  #forget(entry: JsEntry): void {
    this.#entries[entry.number] = undefined;
    this.#known[entry.policy.name].delete(entry.value);
    if (typeof entry.meant === 'symbol') forgetBox(entry.meant);
    ringBell(entry.value);
    if ((entry.shape & NG_JS_SHAPE_THENABLE) !== 0) forgetPromise(entry.value);
    this.#free.push(entry.number);
  }
}
