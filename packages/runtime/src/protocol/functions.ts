import type { PyAny, PyProxy } from '../types.js';
import { asyncWithManager, withManager } from './context-manager.js';
import { op } from './operators.js';
import { supportCall } from './support-call.js';

function listed(types: unknown): readonly unknown[] {
  return Array.isArray(types) ? types : [types];
}

/** What Python's built-in functions do, for any values that can cross: a part of `python`. */
export const protocolFunctions = {
  /** Python's operators, as functions. */
  op,

  /**
   * A `slice`, for `python.op.getitem(a, python.slice(1, null))`; `null` is left out. `object.$slice('1:')` is
   * shorter.
   */
  slice(start: unknown, stop: unknown = null, step: unknown = null): PyProxy {
    return supportCall('slice_of', start, stop, step) as PyProxy;
  },

  with: withManager,
  asyncWith: asyncWithManager,

  /** `isinstance(value, type)`; `type` may be a tuple of types, also an array. */
  isinstance(value: unknown, type: unknown): boolean {
    return supportCall('is_instance', value, ...listed(type)) as boolean;
  },

  /** `issubclass(type, base)`; `base` as for `isinstance`. */
  issubclass(type: unknown, base: unknown): boolean {
    return supportCall('is_subclass', type, ...listed(base)) as boolean;
  },

  /** `type(value)`: the type of what `value` becomes in Python. */
  type(value: unknown): PyProxy {
    return supportCall('type_of', value) as PyProxy;
  },

  /** `len(value)` */
  len(value: unknown): number {
    return supportCall('length_of', value) as number;
  },

  /** `hash(value)` */
  hash(value: unknown): number | bigint {
    return supportCall('hash_of', value) as number | bigint;
  },

  /** `id(value)`: of a Python object; anything else is made for the call and has none of its own. */
  id(value: PyProxy): number | bigint {
    return supportCall('id_of', value) as number | bigint;
  },

  /** `dir(value)`; `Object.keys(proxy)` is the same. */
  dir(value: unknown): string[] {
    return JSON.parse(supportCall('names_of', value) as string) as string[];
  },

  /** `iter(value)`: an iterator, which has `next()`. */
  iter(value: unknown): PyProxy {
    return supportCall('iterator_of', value) as PyProxy;
  },

  /** `next(iterator, ...fallback)`: the next value; at its end the fallback, or a `StopIteration`. */
  next(iterator: unknown, ...fallback: [] | [fallback: unknown]): PyAny {
    return supportCall('next_of', iterator, ...fallback);
  },

  /** `hasattr(object, name)` */
  hasattr(object: unknown, name: string): boolean {
    return supportCall('has_attribute', object, name) as boolean;
  },

  /** `setattr(object, name, value)`: as `object.name = value`, for any name. */
  setattr(object: PyProxy, name: string, value: unknown): void {
    supportCall('set_attribute', object, name, value);
  },

  /** `delattr(object, name)`: as `delete object.name`. */
  delattr(object: PyProxy, name: string): void {
    supportCall('delete_attribute', object, name);
  },
};
