import { NG_OPERATION_CALL, NG_OPERATION_GET_ATTRIBUTE } from '@nogil/abi/constants';

import type { Environment } from '../environment.js';
import { type Crossing, Handle } from '../frame/crossing.js';
import { operate, readHandle } from '../frame/operate.js';
import { attributeName, invoke } from '../invoke.js';
import { cellOf, handleCell } from '../proxy/handle-cell.js';
import { iterate } from '../proxy/iterate.js';
import { PythonObject } from '../proxy/proxy.js';
import { supportFunction } from '../support.js';
import { linkedTo } from './linked.js';

/** By the type: a prototype holds its type, and so the type's proxy is the same one while anybody has either. */
const prototypes = new WeakMap<PythonObject, object>();
const handlers = new WeakSet();

/**
 * What the proxy of a type has as `prototype`: JavaScript's `super.name` ends up here, with the instance as receiver,
 * and so does whatever an instance and its JavaScript classes do not have.
 *
 * @param type - a Python type, or the first of several bases
 */
export function prototypeOf(type: PythonObject): object {
  let made = prototypes.get(type);
  if (made === undefined) {
    made = new Proxy(Object.create(null) as object, new BasePrototype(type));
    prototypes.set(type, made);
    type.environment.scope?.delete(type); // classes that derive from it are nobody's to release
    handlers.add(made);
  }
  return made;
}

/** Whether an object in a chain of prototypes is a Python type's. */
export function isBasePrototype(value: object): boolean {
  return handlers.has(value);
}

/** Calls one of classes.py that answers with a `_Found`: its value, or `undefined`. */
export function found(
  environment: Environment,
  name: string,
  self: PythonObject,
  base: PythonObject,
  key: string,
): unknown {
  const asked: Crossing[] = [
    supportFunction(environment, name),
    self.reference(),
    base.reference(),
    key,
  ];
  const handle = operate(environment, NG_OPERATION_CALL, asked, readHandle);
  try {
    const value = attributeName(environment, 'value');
    return invoke(environment, NG_OPERATION_GET_ATTRIBUTE, new Handle(handle), [value]);
  } finally {
    environment.releases.now([handle]);
  }
}

function instanceOf(receiver: unknown): PythonObject | undefined {
  if ((typeof receiver !== 'object' && typeof receiver !== 'function') || receiver === null) {
    return undefined;
  }
  const cell = cellOf(receiver);
  return cell instanceof PythonObject ? cell : undefined;
}

class BasePrototype implements ProxyHandler<object> {
  readonly #type: PythonObject;
  #next: object | null | undefined;

  constructor(type: PythonObject) {
    this.#type = type;
  }

  /** The prototype of the nearest JavaScript class that the type derives from. */
  getPrototypeOf(): object | null {
    if (this.#next === undefined) {
      const origin = this.#type.support('class_origin');
      this.#next = typeof origin === 'function' ? (origin.prototype as object) : null;
    }
    return this.#next;
  }

  setPrototypeOf(): boolean {
    return false;
  }

  preventExtensions(): boolean {
    return false;
  }

  get(_target: object, key: string | symbol, receiver: unknown): unknown {
    if (key === handleCell) return linkedTo(receiver);
    if (typeof key === 'symbol') return this.#symbol(key, receiver);
    if (key === 'constructor') return this.#type.proxy;
    const self = instanceOf(receiver);
    if (self === undefined) return this.#unbound(key);
    const value = found(self.environment, 'base_member', self, this.#type, key);
    return value === undefined ? this.#further(key, receiver) : value;
  }

  set(_target: object, key: string | symbol, value: unknown, receiver: unknown): boolean {
    const self = typeof key === 'string' ? instanceOf(receiver) : undefined;
    if (self !== undefined) {
      const { environment } = self;
      const set = supportFunction(environment, 'base_set');
      const values = [self.reference(), this.#type.reference(), key, value];
      if (invoke(environment, NG_OPERATION_CALL, set, values) === true) return true;
    }
    const next = this.getPrototypeOf();
    if (next !== null) return Reflect.set(next, key, value, receiver);
    return Reflect.defineProperty(receiver as object, key, {
      value,
      writable: true,
      enumerable: true,
      configurable: true,
    });
  }

  has(_target: object, key: string | symbol): boolean {
    if (typeof key === 'string' && this.#type.support('base_has', key) === true) return true;
    const next = this.getPrototypeOf();
    return next !== null && Reflect.has(next, key);
  }

  #further(key: string | symbol, receiver: unknown): unknown {
    const next = this.getPrototypeOf();
    return next === null ? undefined : Reflect.get(next, key, receiver);
  }

  #symbol(key: symbol, receiver: unknown): unknown {
    const value = this.#further(key, receiver);
    if (value !== undefined || key !== Symbol.iterator) return value;
    const self = instanceOf(receiver);
    if (self === undefined || this.#type.support('base_has', '__iter__') !== true) return undefined;
    return () => iterate(self.environment, () => self.reference());
  }

  /** `Animal.prototype.speak.call(dog)` */
  #unbound(key: string): unknown {
    const type = this.#type;
    const value = type.attribute(key);
    if (typeof value !== 'function') return value;
    return function (this: unknown, ...values: unknown[]): unknown {
      return (value as (...all: unknown[]) => unknown)(this, ...values);
    };
  }
}
