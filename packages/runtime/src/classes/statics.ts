import type { PythonObject } from '../proxy/python-object.js';
import { cellOf, handleCell } from '../proxy/handle-cell.js';
import { type Constructor, knownType, typeOfClass } from './emitted.js';
import { found } from './prototype.js';

/**
 * A property that a class looks for in the Python type it derives from: `Dog.create`, and `super.create` in its
 * static methods.
 *
 * @param base - the type
 * @param jsClass - the class it is looked for on behalf of
 */
export function inheritedStatic(
  base: PythonObject,
  key: string | symbol,
  jsClass: object,
): unknown {
  const { environment } = base;
  if (key === handleCell) return typeOfClass(environment, jsClass as Constructor);
  if (key === Symbol.hasInstance) return hasInstance;
  if (typeof key === 'symbol' || key in Function.prototype) {
    return Reflect.get(Function.prototype, key, jsClass);
  }
  // A look makes no type of a class: programs look for `then` and the like.
  if (knownType(jsClass) === undefined && base.attribute(key) === undefined) return undefined;
  const type = typeOfClass(environment, jsClass as Constructor);
  return found(environment, 'static_member', type, base, key);
}

/** `value instanceof Dog`: for what has a Python object, Python says it. */
function hasInstance(this: object, value: unknown): boolean {
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null) return false;
  const cell = cellOf(value);
  if (cell === undefined) return Function.prototype[Symbol.hasInstance].call(this, value);
  const type = knownType(this);
  // A class without a type has no instances.
  return type !== undefined && (type.support('has_instance', value) as boolean);
}

/** An assignment to a class that does not have the property itself: it has it now. */
export function defineStatic(key: string | symbol, value: unknown, jsClass: object): boolean {
  const type = typeof key === 'string' ? knownType(jsClass) : undefined;
  if (type === undefined) {
    return Reflect.defineProperty(jsClass, key, {
      value,
      writable: true,
      enumerable: true,
      configurable: true,
    });
  }
  type.support('set_attribute', key, value);
  return true;
}
