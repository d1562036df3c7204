import { NogilError } from '@nogil/abi';
import { NG_OPERATION_CALL } from '@nogil/abi/constants';

import { readResult } from '../conversion/to-js.js';
import type { Environment } from '../environment.js';
import { type Crossing, Handle } from '../frame/crossing.js';
import { operate, readHandle } from '../frame/operate.js';
import { Owned } from '../proxy/owned.js';
import type { PythonObject } from '../proxy/python-object.js';
import { supportFunction } from '../support.js';

/** Below this it is not worth asking. */
const FEW = 64;
/** Objects in one question. */
const CHUNK = 1024;

/**
 * JavaScript objects that have state of their own (private fields, entries in a WeakMap) beside the Python object
 * they stand for, while Python may hold that object: a new proxy for it could not have that state.
 *
 * Whoever lends the object to Python puts it here. It is let go of when nothing in Python refers to the object but
 * JavaScript's own handle, which is asked from the event loop once there are twice as many as the last time. What
 * Python holds in a cycle of its own, or through JavaScript, stays: neither collector can see it whole.
 *
 * Owner: the thread. Nothing runs between the question and letting go.
 */
class Kept {
  readonly #environment: Environment;
  readonly #objects = new Set<PythonObject>();
  #control: Owned | undefined;
  #bound = FEW;
  #due = false;

  constructor(environment: Environment) {
    this.#environment = environment;
  }

  get size(): number {
    return this.#objects.size;
  }

  keep(object: PythonObject): void {
    this.#objects.add(object);
    if (this.#due || this.#objects.size <= this.#bound) return;
    this.#due = true;
    // Not now: what is being lent right now looks unheld until it has arrived.
    setImmediate(() => {
      this.#due = false;
      this.sweep();
    }).unref();
  }

  drop(object: PythonObject): void {
    this.#objects.delete(object);
  }

  sweep(): void {
    try {
      this.#sweep();
    } catch (error) {
      // Python is over: nothing comes back from there.
      if (!(error instanceof NogilError && error.code === 'PYTHON_SHUT_DOWN')) throw error;
      this.#objects.clear();
    }
    this.#bound = Math.max(FEW, 2 * this.#objects.size);
  }

  #sweep(): void {
    for (const object of this.#objects) if (object.handle === 0) this.#objects.delete(object);
    const objects = [...this.#objects];
    for (let start = 0; start < objects.length; start += CHUNK) {
      const chunk = objects.slice(start, start + CHUNK);
      for (const index of this.#unheld(chunk)) this.#objects.delete(chunk[index] as PythonObject);
    }
  }

  #unheld(objects: readonly PythonObject[]): readonly number[] {
    const environment = this.#environment;
    this.#control ??= new Owned(
      environment,
      operate(
        environment,
        NG_OPERATION_CALL,
        [supportFunction(environment, 'new_object')],
        readHandle,
      ),
    );
    const asked: Crossing[] = [supportFunction(environment, 'unheld'), this.#control.handle];
    for (const { handle } of objects) asked.push(new Handle(handle));
    const places = operate(environment, NG_OPERATION_CALL, asked, readResult) as string;
    return places === '' ? [] : places.split(',').map(Number);
  }
}

const byEnvironment = new WeakMap<Environment, Kept>();

/** What a thread keeps. */
export function keptOf(environment: Environment): Kept {
  let kept = byEnvironment.get(environment);
  if (kept === undefined) {
    kept = new Kept(environment);
    byEnvironment.set(environment, kept);
  }
  return kept;
}
