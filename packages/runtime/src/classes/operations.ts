import { NogilError } from '@nogil/abi';
import {
  NG_JS_CLASS_CALL,
  NG_JS_CLASS_CONSTRUCT,
  NG_JS_CLASS_DELETE,
  NG_JS_CLASS_GET,
  NG_JS_CLASS_HAS,
  NG_JS_CLASS_KEYS,
  NG_JS_CLASS_MAKE,
  NG_JS_CLASS_NEW,
  NG_JS_CLASS_SET,
} from '@nogil/abi/constants';

import { capability } from '../proxy/capability.js';
import { cellOf } from '../proxy/handle-cell.js';
import { PythonObject } from '../proxy/proxy.js';
import { can } from '../proxy/shape.js';
import { argumentsFor, constructNew, constructOn, make } from './construct.js';
import type { Constructor } from './emitted.js';
import { isDerived } from './instance.js';
import { isLinked } from './linked.js';

type Method = (...values: unknown[]) => unknown;

/**
 * An instance that came as a mere proxy: Python made it without the class's constructor, so that it has no
 * JavaScript object.
 */
function refuseUnlinked(self: unknown): void {
  const isObject = (typeof self === 'object' && self !== null) || typeof self === 'function';
  const cell = isObject && !isLinked(self) ? cellOf(self) : undefined;
  if (!(cell instanceof PythonObject) || cell.proxy !== self || isDerived(cell)) return;
  if (!can(cell, capability.emitted)) return;
  throw new NogilError(
    'INVALID_ARGUMENT',
    "this object has no JavaScript side yet: its class's __init__ calls super().__init__() first",
  );
}

function callMethod(method: Method, values: readonly unknown[]): unknown {
  const [self, count, ...rest] = values;
  refuseUnlinked(self);
  const given = argumentsFor(method, method.name, count as number, rest);
  return Reflect.apply(method, self, given);
}

function keysOf(self: unknown): string[] {
  return isLinked(self) ? Object.keys(self as object) : [];
}

/** Does what a Python type that stands for a class asks of it, or of one of its methods. */
export function operateOnClass(code: number, target: object, values: readonly unknown[]): unknown {
  const [self, name, value] = values as [object, string, unknown];
  switch (code) {
    case NG_JS_CLASS_CALL:
      return callMethod(target as Method, values);
    case NG_JS_CLASS_CONSTRUCT:
      constructOn(target as Constructor, values);
      return undefined;
    case NG_JS_CLASS_NEW:
      return constructNew(target as Constructor, values);
    case NG_JS_CLASS_MAKE:
      return make(target as Constructor, values);
    case NG_JS_CLASS_HAS:
      return self instanceof (target as Constructor);
    case NG_JS_CLASS_GET:
      return isLinked(self) && name in self ? [Reflect.get(self, name)] : [];
    case NG_JS_CLASS_SET:
      return isLinked(self) && Reflect.set(self, name, value);
    case NG_JS_CLASS_DELETE:
      return isLinked(self) && Object.hasOwn(self, name) && Reflect.deleteProperty(self, name);
    case NG_JS_CLASS_KEYS:
      return keysOf(self);
    default:
      throw new NogilError('INTERNAL', `Python asked for an unknown operation ${code} of a class`);
  }
}
