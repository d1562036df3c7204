import { NogilError } from '@nogil/abi';

import { cellOf } from '../proxy/handle-cell.js';
import { isClassSyntax, literalOf, type Parameter, parametersOf } from './parameters.js';

/** A parameter as classes.py reads it: name, kind, default. */
type PythonParameter = readonly [string, 'required' | 'literal' | 'source' | 'rest', unknown];

type MemberKind = 'method' | 'property' | 'static' | 'staticProperty';

/** A member as classes.py reads it. `get` and `set` are places in the list of functions; −1: none. */
interface Member {
  readonly kind: MemberKind;
  readonly name: string;
  readonly parameters: readonly PythonParameter[] | null;
  readonly get: number;
  readonly set: number;
}

/** What a class has, to be made a Python type of. */
export interface ClassMembers {
  readonly facts: {
    readonly name: string;
    readonly linked: boolean;
    /** Of the constructor; null: it has none of its own. */
    readonly parameters: readonly PythonParameter[] | null;
    readonly members: readonly Member[];
    /** Static fields that stay JavaScript's. */
    readonly fields: readonly string[];
  };
  readonly functions: readonly object[];
  /** Further attributes of the type, by name. */
  readonly attributes: ReadonlyMap<string, unknown>;
}

/** What Python makes itself of a constructor, or needs to be its own. */
const RESERVED = new Set(['__init__', '__new__', '__dict__', '__weakref__', '__nogil_class__']);

/** Members that Python knows by another name. */
const symbolNames = new Map<symbol, string>([
  [Symbol.iterator, '__iter__'],
  [Symbol.asyncIterator, '__aiter__'],
]);

const OF_EVERY_CLASS = new Set(['length', 'name', 'prototype', 'python', 'arguments', 'caller']);

function pythonName(owner: object, key: string | symbol): string | undefined {
  if (typeof key === 'symbol') {
    const name = symbolNames.get(key);
    return name === undefined || Object.hasOwn(owner, name) ? undefined : name;
  }
  if (key === 'toString' && !Object.hasOwn(owner, '__str__')) return '__str__';
  return key;
}

function refuseReserved(className: string, name: string): void {
  if (!RESERVED.has(name)) return;
  throw new NogilError(
    'INVALID_ARGUMENT',
    `the class ${className} has a member ${name}, which its Python type makes itself: write a constructor`,
  );
}

function pythonParameters(target: object): readonly PythonParameter[] | null {
  const parameters = parametersOf(target);
  return parameters === undefined ? null : parameters.map(pythonParameter);
}

function pythonParameter({ name, initial, rest }: Parameter, index: number): PythonParameter {
  if (rest) return [name ?? 'values', 'rest', null];
  if (initial === undefined) {
    // A pattern without a default is an object all the same: there is no name to give it by.
    return [name ?? `options_${index}`, 'required', null];
  }
  const literal = literalOf(initial);
  const shown = name ?? `options_${index}`;
  return literal === undefined ? [shown, 'source', initial] : [shown, 'literal', literal.value];
}

function accessor(property: PropertyDescriptor, which: 'get' | 'set'): object | undefined {
  return Reflect.get(property, which) as object | undefined;
}

/** Collects the members of a class. */
class Collector {
  readonly members: Member[] = [];
  readonly functions: object[] = [];
  readonly fields: string[] = [];
  readonly attributes = new Map<string, unknown>();
  readonly #className: string;

  constructor(className: string) {
    this.#className = className;
  }

  #place(value: object | undefined): number {
    return value === undefined ? -1 : this.functions.push(value) - 1;
  }

  #add(kind: MemberKind, name: string, get: object | undefined, set?: object): void {
    const parameters =
      get === undefined || kind === 'property' || kind === 'staticProperty'
        ? null
        : pythonParameters(get);
    this.members.push({ kind, name, parameters, get: this.#place(get), set: this.#place(set) });
  }

  instance(prototype: object): void {
    for (const key of Reflect.ownKeys(prototype)) {
      const name = key === 'constructor' ? undefined : pythonName(prototype, key);
      if (name === undefined || name === '__proto__') continue;
      refuseReserved(this.#className, name);
      const property = Reflect.getOwnPropertyDescriptor(prototype, key) as PropertyDescriptor;
      const value: unknown = property.value;
      if (!('value' in property))
        this.#add('property', name, accessor(property, 'get'), accessor(property, 'set'));
      else if (isMethod(value)) this.#add('method', name, value);
      else this.attributes.set(name, value);
    }
  }

  statics(jsClass: object, linked: boolean): void {
    for (const key of Reflect.ownKeys(jsClass)) {
      if (typeof key !== 'string' || OF_EVERY_CLASS.has(key)) continue;
      refuseReserved(this.#className, key);
      const property = Reflect.getOwnPropertyDescriptor(jsClass, key) as PropertyDescriptor;
      const value: unknown = property.value;
      if (!('value' in property)) this.#add('staticProperty', key, accessor(property, 'get'));
      else if (isMethod(value)) this.#add('static', key, value);
      else if (linked) this.fields.push(key);
      else this.attributes.set(key, value);
    }
  }
}

/** A function, and none of Python's: nor a class, which is a value like others. */
function isMethod(value: unknown): value is object {
  return typeof value === 'function' && cellOf(value) === undefined && !isClassSyntax(value);
}

/**
 * What a class has itself, its bases left out.
 *
 * @param linked - whether it derives from no Python type
 * @throws NogilError `INVALID_ARGUMENT` for a member that its type cannot have
 */
export function membersOf(
  jsClass: new (...values: unknown[]) => object,
  linked: boolean,
): ClassMembers {
  const collector = new Collector(jsClass.name);
  const prototype: unknown = jsClass.prototype;
  if (typeof prototype === 'object' && prototype !== null) collector.instance(prototype);
  if (isClassSyntax(jsClass)) collector.statics(jsClass, linked);
  const { members, functions, fields, attributes } = collector;
  const name = jsClass.name === '' ? 'Anonymous' : jsClass.name;
  const parameters = pythonParameters(jsClass);
  return { facts: { name, linked, parameters, members, fields }, functions, attributes };
}
