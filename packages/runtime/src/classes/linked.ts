import { NG_OBJECT_CALLABLE, NG_OPERATION_RENEW } from '@nogil/abi/constants';

import { operate, readHandle } from '../frame/operate.js';
import { PythonObject } from '../proxy/proxy.js';
import type { PyProxy } from '../types.js';
import { constructions } from './constructions.js';
import { keptOf } from './kept.js';

/** JavaScript objects that a Python object goes with, by the object. */
const cells = new WeakMap<object, PythonObject>();

/**
 * The Python object that goes with a JavaScript object. While a Python subclass of a JavaScript class is being
 * constructed, the object that its base class's constructor is just working on is the one: that is how what the
 * constructor calls reaches Python's overrides.
 */
export function linkedTo(value: unknown): PythonObject | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const known = cells.get(value);
  if (known !== undefined) return known;
  const latest = constructions.at(-1);
  if (latest === undefined || latest.used || !latest.isLinking) return undefined;
  if (Object.getPrototypeOf(value) !== latest.newTarget.prototype) return undefined;
  latest.used = true;
  return link(value, latest.object as PythonObject);
}

/** Whether a JavaScript object goes with some Python object. */
export function isLinked(value: unknown): boolean {
  return typeof value === 'object' && value !== null && cells.has(value);
}

/**
 * Makes a JavaScript object the one that a Python object is in JavaScript.
 *
 * @param self - a proxy of the Python object, as it crossed before
 */
export function link(value: object, self: PythonObject): PythonObject {
  const { environment, flags, policy } = self;
  const handle = operate(environment, NG_OPERATION_RENEW, [self.reference()], readHandle);
  const cell = new PythonObject(environment, handle, flags & NG_OBJECT_CALLABLE, policy);
  environment.releases.watch(cell, handle);
  cell.proxy = value as PyProxy;
  cell.lend(); // in the place of the proxy
  cells.set(value, cell);
  const kept = keptOf(environment);
  cell.guard = () => {
    kept.keep(cell);
  };
  kept.keep(cell);
  return cell;
}
