import { types } from 'node:util';

import {
  NG_JS_SHAPE_ARRAY,
  NG_JS_SHAPE_ASYNC_DISPOSABLE,
  NG_JS_SHAPE_ASYNC_GENERATOR,
  NG_JS_SHAPE_ASYNC_ITERABLE,
  NG_JS_SHAPE_ASYNC_ITERATOR,
  NG_JS_SHAPE_BUFFER,
  NG_JS_SHAPE_CALLABLE,
  NG_JS_SHAPE_CLASS,
  NG_JS_SHAPE_DISPOSABLE,
  NG_JS_SHAPE_ERROR,
  NG_JS_SHAPE_GENERATOR,
  NG_JS_SHAPE_ITEMS,
  NG_JS_SHAPE_ITERABLE,
  NG_JS_SHAPE_ITERATOR,
  NG_JS_SHAPE_LENGTH,
  NG_JS_SHAPE_MAP,
  NG_JS_SHAPE_SET,
  NG_JS_SHAPE_SYMBOL,
  NG_JS_SHAPE_THENABLE,
} from '@nogil/abi/constants';

import { SymbolBox } from './symbol-box.js';

/** Their call converts to a primitive value; with `new` it would be a box that nobody wants. */
const converters: ReadonlySet<object> = new Set<object>([Number, String, Boolean, Symbol, BigInt]);

/**
 * What an object can do, as `NG_JS_SHAPE_…`: decides its class in Python. Runs no getter of the object's; the
 * traps of a Proxy do run, and one that throws, or was revoked, makes an object that can do nothing: each use
 * of it will say why.
 */
export function shapeOf(value: object): number {
  if (SymbolBox.symbolIn(value) !== undefined) return NG_JS_SHAPE_SYMBOL;
  const callable = typeof value === 'function' ? NG_JS_SHAPE_CALLABLE : 0;
  try {
    return callable | (callable === 0 ? kindOf(value) : classOf(value)) | protocolsOf(value);
  } catch {
    return callable;
  }
}

/** Whether it is a Proxy that does not even say what it is: revoked, or with traps that throw. */
export function isBroken(value: object): boolean {
  if (!types.isProxy(value)) return false;
  try {
    Object.getPrototypeOf(value);
    return false;
  } catch {
    return true;
  }
}

/** Classes and the language's own constructors are the functions whose `prototype` cannot be replaced. */
function classOf(value: object): number {
  const prototype = Object.getOwnPropertyDescriptor(value, 'prototype');
  const isClass = prototype?.writable === false && !converters.has(value);
  return isClass ? NG_JS_SHAPE_CLASS : 0;
}

/** What the language itself knows it as; and `length` and `size`, which are no news of those. */
function kindOf(value: object): number {
  if (Array.isArray(value)) return NG_JS_SHAPE_ARRAY;
  if (types.isMap(value)) return NG_JS_SHAPE_MAP;
  if (types.isSet(value)) return NG_JS_SHAPE_SET;
  let shape = 0;
  if (ArrayBuffer.isView(value) || types.isAnyArrayBuffer(value)) shape |= NG_JS_SHAPE_BUFFER;
  if (types.isNativeError(value)) shape |= NG_JS_SHAPE_ERROR;
  if ('length' in value || 'size' in value) shape |= NG_JS_SHAPE_LENGTH;
  if (hasMethod(value, 'get') && hasMethod(value, 'has')) shape |= NG_JS_SHAPE_ITEMS;
  return shape;
}

function protocolsOf(value: object): number {
  let shape = 0;
  if (Symbol.iterator in value) shape |= NG_JS_SHAPE_ITERABLE;
  const isAsync = Symbol.asyncIterator in value;
  if (isAsync) shape |= NG_JS_SHAPE_ASYNC_ITERABLE;
  if (hasMethod(value, 'next')) {
    const ends = hasMethod(value, 'return') && hasMethod(value, 'throw');
    shape |= isAsync ? NG_JS_SHAPE_ASYNC_ITERATOR : NG_JS_SHAPE_ITERATOR;
    if (ends) shape |= isAsync ? NG_JS_SHAPE_ASYNC_GENERATOR : NG_JS_SHAPE_GENERATOR;
  }
  if (hasMethod(value, 'then')) shape |= NG_JS_SHAPE_THENABLE;
  if (knows('dispose') && Symbol.dispose in value) shape |= NG_JS_SHAPE_DISPOSABLE;
  if (knows('asyncDispose') && Symbol.asyncDispose in value) shape |= NG_JS_SHAPE_ASYNC_DISPOSABLE;
  return shape;
}

/** Engines that have no explicit resource management: nothing there is disposable. */
function knows(name: 'dispose' | 'asyncDispose'): boolean {
  return typeof (Symbol as Partial<SymbolConstructor>)[name] === 'symbol';
}

/** Whether a property, its own or inherited, is a function: one behind a getter is not looked at. */
function hasMethod(value: object, name: string): boolean {
  if (!(name in value)) return false;
  let holder: object | null = value;
  while (holder !== null) {
    const descriptor = Object.getOwnPropertyDescriptor(holder, name);
    if (descriptor !== undefined) return typeof descriptor.value === 'function';
    holder = Object.getPrototypeOf(holder) as object | null;
  }
  return false;
}
