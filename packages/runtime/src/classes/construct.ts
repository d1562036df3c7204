import { NogilError } from '@nogil/abi';
import { NG_OPERATION_CALL } from '@nogil/abi/constants';

import { invoke } from '../invoke.js';
import { cellOf } from '../proxy/handle-cell.js';
import { PythonObject } from '../proxy/proxy.js';
import { supportFunction } from '../support.js';
import { type Construction, constructions } from './constructions.js';
import { type Constructor, kindOf } from './emitted.js';
import { isLinked, link } from './linked.js';
import { placeNamed, splitNamed } from './named.js';

function call(
  name: 'class_construct' | 'class_initialize' | 'class_new',
  self: PythonObject,
  base: PythonObject,
  values: readonly unknown[],
): unknown {
  const { environment } = base;
  const { positional, named } = splitNamed(values);
  const callable = supportFunction(environment, name);
  const all = [self.reference(), base.reference(), ...positional];
  return invoke(environment, NG_OPERATION_CALL, callable, all, named, base.policy);
}

function isObject(value: unknown): value is object {
  return (typeof value === 'object' && value !== null) || typeof value === 'function';
}

/**
 * What `super(...)` does in a class that derives from a Python type: makes the Python object, or initialises the one
 * that Python made before it asked for the constructor.
 *
 * @param base - the type that the class derives from; the first of several
 * @param newTarget - the class that is being constructed
 * @returns what `this` is
 * @throws PythonError what the base's `__new__` and `__init__` raise
 */
export function constructDerived(
  base: PythonObject,
  values: readonly unknown[],
  newTarget: object,
): object {
  const latest = constructions.at(-1);
  if (latest !== undefined && !latest.used && latest.newTarget === newTarget) {
    latest.used = true;
    if (latest.object !== undefined) {
      return made(call('class_initialize', latest.object, base, values), newTarget);
    }
    return made(call('class_new', latest.type, base, values), newTarget);
  }
  const type = cellOf(newTarget);
  if (!(type instanceof PythonObject)) {
    throw new NogilError(
      'INVALID_ARGUMENT',
      'new.target derives from no Python type: Reflect.construct needs a class that does',
    );
  }
  return made(call('class_construct', type, base, values), newTarget);
}

function made(value: unknown, newTarget: object): object {
  if (isObject(value)) return value;
  throw new NogilError(
    'INVALID_ARGUMENT',
    `${(newTarget as Constructor).name}'s Python base makes a ${value === null ? 'None' : typeof value}, which cannot be \`this\``,
  );
}

/** Runs a constructor for Python. */
function run(jsClass: Constructor, construction: Construction, values: readonly unknown[]): object {
  constructions.push(construction);
  try {
    return Reflect.construct<unknown[], object>(jsClass, [...values], construction.newTarget);
  } finally {
    constructions.pop();
  }
}

function cellOfValue(value: unknown): PythonObject {
  const cell = isObject(value) ? cellOf(value) : undefined;
  if (cell instanceof PythonObject) return cell;
  throw new NogilError('INTERNAL', 'Python constructs what is no object of its own');
}

function argumentsOf(jsClass: Constructor, values: readonly unknown[]): readonly unknown[] {
  const [count, ...rest] = values;
  return argumentsFor(jsClass, jsClass.name, count as number, rest);
}

/** The arguments of a call of Python's: `count` of them, and behind them what is given by name. */
export function argumentsFor(
  target: object,
  who: string,
  count: number,
  values: readonly unknown[],
): readonly unknown[] {
  if (values.length === count) return values;
  const named = values[count] as Readonly<Record<string, unknown>>;
  return placeNamed(target, who, values.slice(0, count), named);
}

/** `__init__` of a type that stands for a class. */
export function constructOn(jsClass: Constructor, values: readonly unknown[]): void {
  const [self, type, ...rest] = values;
  const object = cellOfValue(self);
  const isLinking = kindOf(jsClass) === 'linked';
  const construction: Construction = {
    newTarget: type as Constructor,
    object,
    type: cellOfValue(type),
    isLinking,
    used: false,
  };
  if (isLinking && isLinked(self)) {
    throw new NogilError('INVALID_ARGUMENT', `${jsClass.name} has constructed this object already`);
  }
  const result = run(jsClass, construction, argumentsOf(jsClass, rest));
  if (isLinking) {
    if (!isLinked(result)) link(result, object);
  } else if (result !== self) {
    throw new NogilError(
      'INVALID_ARGUMENT',
      `the constructor of ${jsClass.name} returned another object than the one Python constructs: it returns one ` +
        'of its own, or makes a further object of its class before it calls super()',
    );
  }
}

/** `__new__` of a type that stands for a class. */
export function constructNew(jsClass: Constructor, values: readonly unknown[]): object {
  const [type, ...rest] = values;
  const construction: Construction = {
    newTarget: type as Constructor,
    object: undefined,
    type: cellOfValue(type),
    isLinking: false,
    used: false,
  };
  return run(jsClass, construction, argumentsOf(jsClass, rest));
}

/** A call of the type of a class that derives from no Python type. */
export function make(jsClass: Constructor, values: readonly unknown[]): object {
  return Reflect.construct<unknown[], object>(jsClass, [...argumentsOf(jsClass, values)]);
}
