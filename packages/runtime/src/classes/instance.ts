import { NG_OBJECT_CALLABLE, NG_OBJECT_SHAPED } from '@nogil/abi/constants';

import { capability } from '../proxy/capability.js';
import { cellOf, handleCell } from '../proxy/handle-cell.js';
import { PythonObject } from '../proxy/proxy.js';
import { shapeOf } from '../proxy/shape.js';
import { freshTarget } from '../proxy/target.js';
import type { ProxyTraps } from '../proxy/traps.js';
import { emittedClasses, kindOf } from './emitted.js';
import { keptOf } from './kept.js';
import { isBasePrototype, prototypeOf } from './prototype.js';

const derived = new WeakSet<PythonObject>();

/** Whether a Python object's proxy is an instance of a JavaScript class. */
export function isDerived(object: PythonObject): boolean {
  return derived.has(object);
}

function ownProperty(from: object | null, key: string | symbol): PropertyDescriptor | undefined {
  for (let at = from; at !== null && !isBasePrototype(at); at = Reflect.getPrototypeOf(at)) {
    const property = Reflect.getOwnPropertyDescriptor(at, key);
    if (property !== undefined) return property;
  }
  return undefined;
}

/**
 * The handler of a proxy that is an instance of a JavaScript class: what the class has comes first, the rest is the
 * Python object's. Properties with symbols, which Python cannot have, are on the target.
 */
class InstanceHandler implements ProxyHandler<object> {
  readonly #object: ProxyTraps;
  readonly #prototype: object;

  constructor(object: ProxyTraps, prototype: object) {
    this.#object = object;
    this.#prototype = prototype;
  }

  getPrototypeOf(): object {
    return this.#prototype;
  }

  get(target: object, key: string | symbol, receiver: unknown): unknown {
    if (key === handleCell) return this.#object;
    if (typeof key === 'symbol' && Object.hasOwn(target, key)) return Reflect.get(target, key);
    const property = ownProperty(this.#prototype, key);
    if (property === undefined) return this.#object.get(target, key, this.#object.proxy);
    if (!('value' in property)) return property.get?.call(receiver);
    if (typeof key === 'string' && key !== 'constructor' && this.#shadows(key)) {
      return this.#object.attribute(key);
    }
    return property.value;
  }

  /** Python's instances may have attributes in front of their methods, too. */
  #shadows(key: string): boolean {
    return this.#object.support('has_own', key) === true;
  }

  set(target: object, key: string | symbol, value: unknown, receiver: unknown): boolean {
    const property = ownProperty(this.#prototype, key);
    if (property !== undefined && !('value' in property)) {
      if (property.set === undefined) return false;
      property.set.call(receiver, value);
      return true;
    }
    return typeof key === 'symbol'
      ? Reflect.set(target, key, value)
      : this.#object.set(target, key, value, this.#object.proxy);
  }

  has(target: object, key: string | symbol): boolean {
    if (ownProperty(this.#prototype, key) !== undefined) return true;
    return typeof key === 'symbol'
      ? Object.hasOwn(target, key) || this.#object.has(target, key)
      : this.#object.has(target, key);
  }

  deleteProperty(target: object, key: string | symbol): boolean {
    return typeof key === 'symbol'
      ? Reflect.deleteProperty(target, key)
      : this.#object.deleteProperty(target, key);
  }

  ownKeys(target: object): (string | symbol)[] {
    const symbols = Reflect.ownKeys(target).filter((key) => typeof key === 'symbol');
    return [...this.#object.ownKeys(), ...symbols];
  }

  getOwnPropertyDescriptor(target: object, key: string | symbol): PropertyDescriptor | undefined {
    return typeof key === 'symbol'
      ? Reflect.getOwnPropertyDescriptor(target, key)
      : this.#object.getOwnPropertyDescriptor(target, key);
  }

  defineProperty(target: object, key: string | symbol, property: PropertyDescriptor): boolean {
    return typeof key === 'symbol'
      ? Reflect.defineProperty(target, key, property)
      : this.#object.defineProperty(target, key, property);
  }

  setPrototypeOf(): boolean {
    return false;
  }

  preventExtensions(): boolean {
    return false;
  }

  apply(target: object, self: unknown, values: readonly unknown[]): unknown {
    return this.#object.apply(target, self, values);
  }
}

/** What the prototype of an instance's proxy is; `undefined` when it is none of a class of this thread. */
function prototypeFor(object: ProxyTraps): object | undefined {
  const type = object.support('type_of');
  if (typeof type !== 'function') return undefined;
  const kind = kindOf(type);
  if (kind !== undefined) return kind === 'proxy' ? (type.prototype as object) : undefined;
  const cell = cellOf(type);
  if (!(cell instanceof PythonObject)) return undefined;
  return kindOf(cell.support('class_origin')) === 'proxy' ? prototypeOf(cell) : undefined;
}

/**
 * The proxy of a Python object whose class derives from a JavaScript class of this thread; `undefined` for every
 * other object.
 *
 * @param object - has no proxy yet
 */
export function instanceProxy(object: ProxyTraps): object | undefined {
  if (emittedClasses() === 0) return undefined;
  const shape = (object.flags & NG_OBJECT_SHAPED) === 0 ? shapeOf(object) : object.flags;
  if ((shape & capability.emitted) === 0) return undefined;
  const prototype = prototypeFor(object);
  if (prototype === undefined) return undefined;
  const kept = keptOf(object.environment);
  derived.add(object);
  object.guard = () => {
    kept.keep(object);
  };
  kept.keep(object);
  const target = freshTarget((object.flags & NG_OBJECT_CALLABLE) !== 0);
  return new Proxy(target, new InstanceHandler(object, prototype));
}
