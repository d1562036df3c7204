import { types } from 'node:util';

import { NogilError } from '@nogil/abi';

import { missing } from '../javascript/attributes.js';
import { flagsOf, jsFlag, ViewedObject, viewOf } from './flags.js';
import { destroyProxy } from './proxy.js';
import { rootOperations, root } from './root.js';
import { aliveHandle, stateOf } from './state.js';
import { OwnedAnswer } from './crossed.js';
import { askForHandle } from './calls.js';
import { finishCall, finishNew } from './borrowed.js';

type Any = Record<PropertyKey, unknown>;
type Method = (...values: unknown[]) => unknown;
type Operation = (target: Any, ...values: unknown[]) => unknown;

/** What is meant by a property of a view of an object. */
function viewed(view: ViewedObject, value: unknown): unknown {
  if (view.how === 'map' || typeof value !== 'object' || value === null) return value;
  if (stateOf(value) !== undefined) return value;
  const flags = flagsOf(value);
  const plain = (flags & ((jsFlag.IS_BUFFER as number) | (jsFlag.IS_ERROR as number))) === 0;
  if (!plain) return value;
  if (view.how === 'json') return viewOf(value, 'json');
  return Array.isArray(value) ? value : viewOf(value, 'maps');
}

function own(target: object, key: string): unknown {
  return Object.prototype.propertyIsEnumerable.call(target, key) ? (target as Any)[key] : missing;
}

const typed: Readonly<Record<string, string>> = {
  Int8Array: 'b',
  Uint8Array: 'B',
  Uint8ClampedArray: 'B',
  Int16Array: 'h',
  Uint16Array: 'H', // prettier-ignore
  Int32Array: 'i',
  Uint32Array: 'I',
  Float32Array: 'f',
  Float64Array: 'd', // prettier-ignore
  BigInt64Array: 'q',
  BigUint64Array: 'Q', // prettier-ignore
};

function bytesOf(target: unknown): Uint8Array {
  if (ArrayBuffer.isView(target)) {
    return new Uint8Array(target.buffer, target.byteOffset, target.byteLength);
  }
  return new Uint8Array(target as ArrayBuffer);
}

function binary(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
}

function tagOf(target: unknown): string {
  return Object.prototype.toString.call(target).slice(8, -1);
}

function kindOf(target: object): string {
  if (stateOf(target) !== undefined) return 'other';
  if (Array.isArray(target)) return 'array';
  const tag = tagOf(target);
  if (tag === 'Map') return 'map';
  if (tag === 'Set') return 'set';
  if (ArrayBuffer.isView(target) || tag === 'ArrayBuffer' || tag === 'SharedArrayBuffer')
    return 'buffer';
  const { constructor } = target as { constructor?: { name?: unknown } };
  const plain = tag === 'Object' && (constructor === undefined || constructor.name === 'Object');
  return plain ? 'object' : 'other';
}

function toText(target: unknown): string {
  if (typeof target === 'symbol') return target.toString();
  let method: unknown;
  try {
    method = Reflect.get(Object(target) as object, 'toString');
  } catch (error) {
    if (tagOf(target) === '') throw error;
  }
  if (typeof method === 'function') return String(Reflect.apply(method as Method, target, []));
  return Object.prototype.toString.call(target);
}

function isTrue(target: unknown): boolean {
  if (typeof target === 'function' || typeof target === 'symbol') return true;
  const object = target as { size?: unknown; length?: unknown; byteLength?: unknown };
  if (object.size === 0) return tagOf(target).startsWith('HTML');
  if (Array.isArray(target) && target.length === 0) return false;
  if (ArrayBuffer.isView(target) || target instanceof ArrayBuffer) return object.byteLength !== 0;
  return true;
}

function namesOf(target: object): string {
  const names: string[] = [];
  let holder: object | null = target;
  while (holder !== null) {
    for (const name of Object.getOwnPropertyNames(holder))
      if (!/^[0-9]/.test(name)) names.push(name);
    holder = Object.getPrototypeOf(holder) as object | null;
  }
  return names.join('\0');
}

function iteratorStep(result: unknown, what = 'next'): unknown {
  if (typeof result !== 'object' || result === null) {
    throw new PythonTypeError(`Result should have type "object" not "${typeof result}"`);
  }
  const step = result as { done?: unknown; then?: unknown };
  if (step.done === undefined) {
    if (typeof step.then === 'function') {
      throw new PythonTypeError('Result was a promise, use anext() / asend() / athrow() instead.');
    }
    if (what !== 'lenient') throw new PythonTypeError('Result has no "done" field.');
  }
  return result;
}

/** Becomes a TypeError of Python's. */
class PythonTypeError extends Error {}

function raising(work: () => unknown): unknown {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof PythonTypeError)) throw error;
    return askForHandle('raise_type_error', error.message);
  }
}

function at(target: object, index: number): unknown {
  return index >= 0 &&
    index < (target as { length: number }).length &&
    (!Array.isArray(target) || index in target)
    ? (target as unknown as unknown[])[index]
    : missing;
}

const operations: Readonly<Record<string, Operation>> = {
  get(target, name) {
    const value = target[name as string];
    return value === undefined &&
      !(typeof target === 'object' || typeof target === 'function'
        ? (name as string) in target
        : false)
      ? missing
      : value;
  },
  set(target, name, value) {
    target[name as string] = value;
  },
  delete_property(target, name) {
    Reflect.deleteProperty(target, name as string);
  },
  names: namesOf,
  own_names: (target) => Object.getOwnPropertyNames(target).join('\0'),
  to_string: toText,
  bool: isTrue,
  typeof: (target) => typeof target,
  compare(target, other, how) {
    switch (how) {
      case '===':
        return target === other;
      case '<':
        return target < (other as Any);
      case '<=':
        return target <= (other as Any);
      case '>':
        return target > (other as Any);
      default:
        return target >= (other as Any);
    }
  },
  object_entries: (target) => Object.entries(target),
  object_keys: (target) => Object.keys(target),
  object_values: (target) => Object.values(target),
  weakref: (target) => new WeakRef(target),
  length(target) {
    const { size, length } = target;
    if (typeof size === 'number') return size;
    return typeof length === 'number' ? length : missing;
  },
  get_item(target, key) {
    const value = (target.get as Method)(key);
    if (
      value === undefined &&
      typeof target.has === 'function' &&
      (target.has as Method)(key) !== true
    )
      return missing;
    return value;
  },
  set_item: (target, key, value) => {
    (target.set as Method)(key, value);
  },
  delete_item: (target, key) => Boolean((target.delete as Method)(key)),
  has: (target, value) => Boolean((target.has as Method)(value)),
  includes: (target, value) => Boolean((target.includes as Method)(value)),
  keys: (target) => (target.keys as Method)(),
  iterate: (target) => (target[Symbol.iterator] as Method)(),
  iterate_async: (target) => (target[Symbol.asyncIterator] as Method)(),
  step: (target, how, ...values) =>
    raising(() => iteratorStep((target[how as string] as Method)(...values))),
  step_async: async (target, how, ...values) =>
    iteratorStep(await (target[how as string] as Method)(...values), 'lenient'),
  pair: (target) => [Boolean(target.done), target.value],
  dispose: (target) => {
    (target[Symbol.dispose as unknown as string] as Method)();
  },
  dispose_async: (target) =>
    Promise.resolve((target[Symbol.asyncDispose as unknown as string] as Method)()),
  is_thenable: (target) => typeof target.then === 'function',
  call_method: (target, name) => {
    (target[name as string] as Method)();
  },
  destroy_proxy: (target) => {
    destroyProxy(target, undefined, true);
  },
  unwrap(target) {
    return new OwnedAnswer(askForHandle('same', rawHandle(target)));
  },
  // arrays
  at: (target, index) => at(target, index as number),
  item: (target, index) => (target as unknown as unknown[])[index as number],
  put: (target, index, value) => {
    (target as unknown as unknown[])[index as number] = value;
  },
  push: (target, value) => {
    (target as unknown as unknown[]).push(value);
  },
  pop: (target, index) => (target as unknown as unknown[]).splice(index as number, 1)[0],
  slice(target, start, step, count) {
    const items: unknown[] = [];
    const list = Array.isArray(target)
      ? target
      : Array.from(target as unknown as Iterable<unknown>);
    for (let i = 0; i < (count as number); i++)
      items.push(list[(start as number) + i * (step as number)]);
    return items;
  },
  splice: (target, start, gone, ...values) => {
    (target as unknown as unknown[]).splice(start as number, gone as number, ...values);
  },
  repeat: (target, count) =>
    repeated(Array.from(target as unknown as Iterable<unknown>), count as number),
  repeat_here: (target, count) => {
    const list = target as unknown as unknown[];
    const all = repeated([...list], count as number);
    list.length = 0;
    for (const item of all) list.push(item);
  },
  // views
  own: (target, key) => own(target, key as string),
  entry_count: (target) => Object.keys(target).length,
  delete_own: (target, key) =>
    Object.prototype.propertyIsEnumerable.call(target, key as string) &&
    Reflect.deleteProperty(target, key as string),
  as_object_map: (target, hereditary) => viewOf(target, hereditary === true ? 'maps' : 'map'),
  as_py_json: (target) => viewOf(target, 'json'),
  // maps and sets
  clear(target) {
    if (typeof target.clear !== 'function') return false;
    (target.clear as Method)();
    return true;
  },
  add: (target, value) => {
    (target as unknown as Set<unknown>).add(value);
  },
  put_new(target, key, value) {
    const name = String(key);
    if (name in target) return false;
    target[name] = value;
    return true;
  },
  map_entries: (target) => [...(target as unknown as Map<unknown, unknown>).entries()],
  set_items: (target) => [...(target as unknown as Set<unknown>)],
  kind: kindOf,
  constructor_name: (target) =>
    (target.constructor as { name?: unknown } | undefined)?.name ?? tagOf(target),
  // buffers
  bytes: (target) => binary(bytesOf(target)),
  byte_length: (target) => target.byteLength,
  buffer_format: (target) => typed[tagOf(target)] ?? 'B',
  item_size: (target) => target.BYTES_PER_ELEMENT ?? 0,
  write_bytes: (target, text) => {
    bytesOf(target).set(Buffer.from(text as string, 'latin1'));
  },
};

function repeated(items: readonly unknown[], count: number): unknown[] {
  const all: unknown[] = [];
  for (let i = 0; i < count; i++) all.push(...items);
  return all;
}

/** The object of a proxy, past what makes it one that stays a JavaScript object. */
function rawHandle(proxy: object): AsHandle {
  const state = stateOf(proxy);
  if (state === undefined) throw new TypeError('this is no PyProxy');
  return aliveHandle(state);
}
type AsHandle = ReturnType<typeof aliveHandle>;

/** Does what Python asks of a JavaScript object. `created` are proxies made for the arguments. */
export function operateOn(
  target: object,
  name: string,
  values: readonly unknown[],
  created: readonly object[],
): unknown {
  if (target === root) return rootOperations(name, values);
  const isView = !types.isProxy(target) && target instanceof ViewedObject;
  const subject = isView ? target.target : target;
  switch (name) {
    case 'new': {
      const made = Reflect.construct(subject as new (...values: unknown[]) => object, values);
      return finishNew(created, made);
    }
    case 'call':
      return finishCall(
        created,
        Reflect.apply(subject as unknown as Method, values[0], values.slice(1)),
      );
    default: {
      const operation = operations[name];
      if (operation === undefined) {
        throw new NogilError('INTERNAL', `Python asked for an unknown operation ${name}`);
      }
      const result = operation(subject as Any, ...values);
      if (!isView) return result;
      return name === 'object_values' ||
        name === 'slice' ||
        name === 'own' ||
        name === 'at' ||
        name === 'item' ||
        name === 'iterate'
        ? viewedAll(target, name, result)
        : result;
    }
  }
}

function viewedAll(view: ViewedObject, name: string, result: unknown): unknown {
  if (name === 'iterate') {
    return (function* iterate(): Generator<unknown, void, void> {
      for (const item of result as Iterable<unknown>) yield viewed(view, item);
    })();
  }
  if (name === 'own' || name === 'at' || name === 'item') return viewed(view, result);
  return (result as unknown[]).map((item) => viewed(view, item));
}
