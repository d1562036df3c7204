import { NogilError } from '@nogil/abi';

import { environment } from '../environment.js';
import { cellOf } from '../proxy/handle-cell.js';
import { PythonObject } from '../proxy/proxy.js';
import { can } from '../proxy/shape.js';
import { capability } from '../proxy/capability.js';
import { constructDerived } from './construct.js';
import { severalBases } from './emitted.js';
import { prototypeOf } from './prototype.js';
import { defineStatic, inheritedStatic } from './statics.js';
import type { Bases, PyClass } from './types.js';

/** What several types are to a class that derives from them; a handler like that of one type's proxy. */
class SeveralBases implements ProxyHandler<object> {
  readonly #first: PythonObject;

  constructor(first: PythonObject) {
    this.#first = first;
  }

  get(_target: object, key: string | symbol, receiver: unknown): unknown {
    if (key === 'prototype') return prototypeOf(this.#first);
    if (typeof receiver === 'function' && !severalBases.has(receiver)) {
      return inheritedStatic(this.#first, key, receiver);
    }
    return undefined; // it is nothing by itself: only what derives from it
  }

  set(_target: object, key: string | symbol, value: unknown, receiver: unknown): boolean {
    return (
      typeof receiver === 'function' &&
      !severalBases.has(receiver) &&
      defineStatic(key, value, receiver)
    );
  }

  construct(_target: object, values: readonly unknown[], newTarget: object): object {
    if (severalBases.has(newTarget)) throw onlyForExtends();
    return constructDerived(this.#first, values, newTarget);
  }

  apply(): never {
    throw onlyForExtends();
  }
}

function onlyForExtends(): NogilError {
  return new NogilError(
    'INVALID_ARGUMENT',
    'python.extend(…) is only to derive from: class Model extends python.extend(Base, Mixin) { … }',
  );
}

/** A Python type, or a JavaScript class as its Python type. */
function typeFor(value: unknown): PythonObject {
  const isObject = typeof value === 'function' || (typeof value === 'object' && value !== null);
  const cell = isObject ? cellOf(value) : undefined;
  if (cell instanceof PythonObject && can(cell, capability.type)) return cell;
  throw notTypes();
}

function notTypes(): NogilError {
  return new NogilError(
    'INVALID_ARGUMENT',
    'python.extend takes Python types, and classes that derive from some',
  );
}

/**
 * A base for a JavaScript class that derives from several Python types: `class Model extends
 * python.extend(BaseEstimator, RegressorMixin) { … }`. `super` goes along Python's method resolution order.
 *
 * @param bases - Python types, in the order of a class statement
 * @throws NogilError `INVALID_ARGUMENT`
 * @remarks The types' own JS thread.
 */
export function extend<const Given extends readonly unknown[]>(
  ...bases: Given
): PyClass<Bases<Given>> {
  environment(); // the first use starts Python, as everywhere
  const [first, ...others] = bases.map(typeFor);
  if (first === undefined) throw notTypes();
  const target = function () {
    // Never called: the traps are.
  };
  const made = new Proxy(target, new SeveralBases(first));
  severalBases.set(made, [first, ...others]);
  return made as unknown as PyClass<Bases<Given>>;
}
