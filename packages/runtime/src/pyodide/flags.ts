import { types } from 'node:util';

import { stateOf } from './state.js';

const names =
  'IS_ITERABLE IS_ITERATOR HAS_LENGTH HAS_GET HAS_SET HAS_HAS HAS_INCLUDES HAS_DISPOSE HAS_ASYNC_DISPOSE ' +
  'IS_AWAITABLE IS_BUFFER IS_CALLABLE IS_ARRAY IS_ARRAY_LIKE IS_TYPEDARRAY IS_DOUBLE_PROXY IS_OBJECT_MAP ' +
  'IS_ASYNC_ITERABLE IS_GENERATOR IS_ASYNC_GENERATOR IS_ASYNC_ITERATOR IS_ERROR IS_PY_JSON_DICT IS_PY_JSON_SEQUENCE';

/** What a JavaScript object can do, as Python's class for it is made by: the numbers that Pyodide has, too. */
export const jsFlag: Readonly<Record<string, number>> = Object.fromEntries(
  names.split(' ').map((name, bit) => [name, 2 ** bit]),
);
const flag = (name: string): number => jsFlag[name] as number;

const ERROR = flag('IS_ERROR');

/** A view of an object as a mapping: what Python has of `as_object_map()` and `as_py_json()`. */
export class ViewedObject {
  constructor(
    readonly target: object,
    readonly how: 'map' | 'maps' | 'json',
  ) {}
}

const views = new WeakMap<object, Map<string, ViewedObject>>();

/** The same view each time. */
export function viewOf(target: object, how: ViewedObject['how']): ViewedObject {
  let known = views.get(target);
  if (known === undefined) views.set(target, (known = new Map<string, ViewedObject>()));
  let view = known.get(how);
  if (view === undefined) known.set(how, (view = new ViewedObject(target, how)));
  return view;
}

function hasMethod(value: object, key: PropertyKey): boolean {
  try {
    return typeof (value as Record<PropertyKey, unknown>)[key] === 'function';
  } catch {
    return false; // a getter or a trap threw: it is not there
  }
}

function hasProperty(value: object, key: PropertyKey): boolean {
  try {
    let holder: object | null = value;
    while (holder !== null) {
      if (Object.getOwnPropertyDescriptor(holder, key) !== undefined) return true;
      holder = Object.getPrototypeOf(holder) as object | null;
    }
  } catch {
    // a trap threw: it is not there
  }
  return false;
}

function tagOf(value: object): string {
  try {
    return Object.prototype.toString.call(value);
  } catch {
    return ''; // a trap threw
  }
}

/** What an object can do now. Never throws. */
export function flagsOf(value: object | symbol): number {
  if (typeof value === 'symbol') return 0;
  if (!types.isProxy(value) && value instanceof ViewedObject) return viewFlags(value);
  if (stateOf(value) !== undefined) {
    return (
      flag('IS_DOUBLE_PROXY') |
      (typeof value === 'function' ? flag('IS_CALLABLE') : 0) |
      lookAt(value)
    );
  }
  return lookAt(value);
}

function viewFlags({ target, how }: ViewedObject): number {
  if (how === 'json') {
    if (Array.isArray(target)) return lookAt(target) | flag('IS_PY_JSON_SEQUENCE');
    return flag('IS_PY_JSON_DICT');
  }
  return flag('IS_OBJECT_MAP');
}

function lookAt(value: object): number {
  if (types.isProxy(value) && isRevoked(value)) return 0;
  let flags = 0;
  const isFunction = typeof value === 'function';
  const set = (condition: boolean, name: string): void => {
    if (condition) flags |= flag(name);
  };
  set(isFunction, 'IS_CALLABLE');
  set(hasMethod(value, 'then'), 'IS_AWAITABLE');
  const iterable = hasMethod(value, Symbol.iterator);
  const asyncIterable = hasMethod(value, Symbol.asyncIterator);
  const next = hasMethod(value, 'next');
  const iterator = next && (iterable || !asyncIterable);
  set(iterable, 'IS_ITERABLE');
  set(asyncIterable, 'IS_ASYNC_ITERABLE');
  set(iterator, 'IS_ITERATOR');
  set(next && (!iterable || asyncIterable), 'IS_ASYNC_ITERATOR');
  const isArray = safely(() => Array.isArray(value));
  const typed = ArrayBuffer.isView(value) && !types.isDataView(value);
  const length =
    isArray || hasProperty(value, 'size') || (hasProperty(value, 'length') && !isFunction);
  set(length, 'HAS_LENGTH');
  set(hasMethod(value, 'get'), 'HAS_GET');
  set(hasMethod(value, 'set'), 'HAS_SET');
  set(hasMethod(value, 'has'), 'HAS_HAS');
  set(hasMethod(value, 'includes'), 'HAS_INCLUDES');
  set(typeof Symbol.dispose === 'symbol' && hasMethod(value, Symbol.dispose), 'HAS_DISPOSE');
  set(
    typeof Symbol.asyncDispose === 'symbol' && hasMethod(value, Symbol.asyncDispose),
    'HAS_ASYNC_DISPOSE',
  );
  const isBuffer = ArrayBuffer.isView(value) || types.isAnyArrayBuffer(value);
  set(isBuffer, 'IS_BUFFER');
  set(isArray, 'IS_ARRAY');
  set(typed, 'IS_TYPEDARRAY');
  set(
    !isArray && !typed && length && iterable && !iterator && hasProperty(value, 'length'),
    'IS_ARRAY_LIKE',
  );
  const tag = tagOf(value);
  set(tag === '[object Generator]', 'IS_GENERATOR');
  set(tag === '[object AsyncGenerator]', 'IS_ASYNC_GENERATOR');
  const isError =
    hasProperty(value, 'name') && hasProperty(value, 'message') && hasProperty(value, 'stack');
  return isError && !isFunction && !isBuffer ? flags | ERROR : flags;
}

function safely(question: () => boolean): boolean {
  try {
    return question();
  } catch {
    return false; // a revoked Proxy
  }
}

function isRevoked(value: object): boolean {
  try {
    Object.getPrototypeOf(value);
    return false;
  } catch {
    return true;
  }
}
