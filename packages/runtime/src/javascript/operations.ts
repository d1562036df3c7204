import { inspect } from 'node:util';

import { NogilError } from '@nogil/abi';
import {
  NG_JS_ASYNC_ITERATE,
  NG_JS_AT,
  NG_JS_CALL,
  NG_JS_CLASS_CALL,
  NG_JS_DELETE,
  NG_JS_DELETE_KEY,
  NG_JS_DISPOSE,
  NG_JS_DISPOSE_ASYNC,
  NG_JS_DO,
  NG_JS_ENTRIES,
  NG_JS_GET,
  NG_JS_HAS,
  NG_JS_HAS_OWN,
  NG_JS_ITERATE,
  NG_JS_LENGTH,
  NG_JS_NAMES,
  NG_JS_NEW,
  NG_JS_NEXT,
  NG_JS_PART,
  NG_JS_PUT,
  NG_JS_REPR,
  NG_JS_RETURN,
  NG_JS_RETURNED,
  NG_JS_SET,
  NG_JS_SET_KEY,
  NG_JS_SETTLE,
  NG_JS_SLICE,
  NG_JS_SOURCE,
  NG_JS_SPLICE,
  NG_JS_STRING,
  NG_JS_TYPE_OF,
} from '@nogil/abi/constants';

import { operateOnClass } from '../classes/operations.js';

import { attributeNames, deleteProperty, getProperty, propertyOf } from './attributes.js';
import { arrayItem, arraySlice, ownEntries, putItem, splice } from './containers.js';
import { advance, iterate, iterateAsync, returned, settle } from './iteration.js';
import { asModule } from './modules.js';
import type { JsEntry } from './objects.js';

type Method = (...values: unknown[]) => unknown;
type Constructor = new (...values: unknown[]) => object;

/** One thing that Python does with a JavaScript object: `values` are its arguments, behind what it is. */
type Operation = (target: object, values: readonly unknown[]) => unknown;

/** By `NG_JS_…`; the others are in answers.ts. */
const operations: readonly (Operation | undefined)[] = table([
  [NG_JS_GET, (target, [, key]) => getProperty(target, key as PropertyKey)],
  [NG_JS_SET, (target, [, name, value]) => Reflect.set(target, propertyOf(name as string), value)],
  [NG_JS_DELETE, (target, [, name]) => deleteProperty(target, propertyOf(name as string))],
  [NG_JS_REPR, describe],
  [NG_JS_STRING, (target) => (target instanceof Symbol ? target.toString() : stringOf(target))],
  [NG_JS_HAS, (target, [, key]) => (key as PropertyKey) in target],
  [NG_JS_SET_KEY, (target, [, key, value]) => Reflect.set(target, key as PropertyKey, value)],
  [NG_JS_DELETE_KEY, (target, [, key]) => deleteProperty(target, key as PropertyKey)],
  [NG_JS_PART, (target, [, name]) => asModule(getProperty(target, name as string))],
  [NG_JS_NAMES, attributeNames],
  [NG_JS_NEW, (target, [, ...values]) => Reflect.construct(target as Constructor, values)],
  [NG_JS_LENGTH, lengthOf],
  [NG_JS_ITERATE, (target, [, what]) => iterate(target, what as number)],
  [NG_JS_NEXT, (target, values) => advance(target, 'next', values.slice(1))],
  [NG_JS_RETURNED, returned],
  [NG_JS_RETURN, (target, values) => advance(target, 'return', values.slice(1))],
  [NG_JS_ASYNC_ITERATE, iterateAsync],
  [NG_JS_CALL, (target, [, key, ...values]) => invokeMethod(target, key as PropertyKey, values)],
  [
    NG_JS_DO,
    (target, [, key, ...values]) => {
      invokeMethod(target, key as PropertyKey, values);
    },
  ],
  [NG_JS_AT, (target, [, index]) => arrayItem(target, index as number)],
  [NG_JS_PUT, (target, [, index, value]) => putItem(target, index as number, value)],
  [
    NG_JS_SLICE,
    (target, [, start, step, count]) =>
      arraySlice(target, start as number, step as number, count as number),
  ],
  [
    NG_JS_SPLICE,
    (target, [, start, gone, ...values]) => {
      splice(target, start as number, gone as number, values);
    },
  ],
  [
    NG_JS_SETTLE,
    (target, [, resolve, reject]) => {
      settle(target, resolve, reject);
    },
  ],
  [NG_JS_DISPOSE, (target) => invokeMethod(target, Symbol.dispose, [])],
  [NG_JS_DISPOSE_ASYNC, (target) => invokeMethod(target, Symbol.asyncDispose, [])],
  [NG_JS_TYPE_OF, (target) => (target instanceof Symbol ? 'symbol' : typeof target)],
  [NG_JS_SOURCE, (target) => Function.prototype.toString.call(target)],
  [NG_JS_ENTRIES, (target, [, what]) => ownEntries(target, what as number)],
  [
    NG_JS_HAS_OWN,
    (target, [, key]) => Object.prototype.propertyIsEnumerable.call(target, key as PropertyKey),
  ],
]);

function table(
  entries: readonly (readonly [number, Operation])[],
): readonly (Operation | undefined)[] {
  const made: (Operation | undefined)[] = [];
  for (const [code, operation] of entries) made[code] = operation;
  return made;
}

/** Does what Python asks of an object: `values[0]` says what, the others are the arguments. */
export function operateOn(entry: JsEntry, values: readonly unknown[]): unknown {
  const code = values[0] as number;
  if (code >= NG_JS_CLASS_CALL) return operateOnClass(code, entry.value, values.slice(1));
  const operation = operations[code];
  if (operation !== undefined) return operation(subject(entry), values);
  throw new NogilError('INTERNAL', `Python asked for an unknown operation ${String(values[0])}`);
}

/** What is operated on: of a symbol's box, an object with the symbol's properties. */
export function subject({ meant }: JsEntry): object {
  return typeof meant === 'symbol' ? (Object(meant) as object) : meant;
}

/** What an object says of itself, which is what Python asks for: mostly nothing but its class. */
function stringOf(target: unknown): string {
  return String(target);
}

function invokeMethod(target: object, key: PropertyKey, values: readonly unknown[]): unknown {
  const method = (target as Record<PropertyKey, unknown>)[key];
  if (typeof method !== 'function') {
    throw new TypeError(`${String(key)} is no method of this object`);
  }
  return Reflect.apply(method as Method, target, values);
}

function lengthOf(target: object): unknown {
  const { length, size } = target as { length?: unknown; size?: unknown };
  return length ?? size;
}

/** For people: an object whose own description throws is described all the same. */
function describe(target: object): string {
  try {
    return target instanceof Symbol ? target.toString() : inspect(target);
  } catch (error) {
    return `[object that cannot be shown: ${error instanceof Error ? error.message : 'its inspection threw'}]`;
  }
}
