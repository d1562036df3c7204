import { NogilError } from '@nogil/abi';
import { NG_OBJECT_CALLABLE, NG_OPERATION_CALL } from '@nogil/abi/constants';
import { emitType } from '@nogil/emit-lock';
import { typeOf } from '@nogil/type-cache';

import { nogil } from '../conversion/policy.js';
import { Conversion } from '../conversion/to-python.js';
import type { Environment } from '../environment.js';
import { type Crossing, Handle, Reference } from '../frame/crossing.js';
import { operate, readHandle } from '../frame/operate.js';
import { objectsOf } from '../javascript/host.js';
import type { JsEntry } from '../javascript/objects.js';
import { shapeOf } from '../javascript/shape.js';
import { cellOf } from '../proxy/handle-cell.js';
import { PythonObject } from '../proxy/proxy.js';
import { supportFunction } from '../support.js';
import type { PyProxy } from '../types.js';
import { membersOf } from './members.js';

/** A JavaScript class, or a constructor function. */
export type Constructor = new (...values: unknown[]) => object;

/** What `static python` of a class says of its Python type. */
export interface PythonClassOptions {
  /** The metaclass; without one that of the bases. */
  readonly metaclass?: unknown;
  /** Keywords of the class statement: for `__init_subclass__` and the metaclass. */
  readonly keywords?: Readonly<Record<string, unknown>>;
  /** Further attributes of the class: `__slots__`, annotations, descriptors. */
  readonly attributes?: Readonly<Record<string, unknown>>;
}

/** The bases of classes that `python.extend` made for several. */
export const severalBases = new WeakMap<object, readonly PythonObject[]>();

/** Whether instances are JavaScript objects of their own, as the class derives from no Python type. */
const linkedness = new WeakMap<object, boolean>();
/** Types are for good, as their classes are: a type refers to its class. */
const types = new WeakMap<object, PythonObject>();
let emitted = 0;

/** How many classes of this thread are Python types. */
export function emittedClasses(): number {
  return emitted;
}

/**
 * How the instances of a class that has a Python type, or is getting one, exist: `linked` to a JavaScript object, or
 * as proxies only. `undefined` for anything else.
 */
export function kindOf(value: unknown): 'linked' | 'proxy' | undefined {
  const linked = typeof value === 'function' ? linkedness.get(value) : undefined;
  if (linked === undefined) return undefined;
  return linked ? 'linked' : 'proxy';
}

/** The type of a class if it has one already. */
export function knownType(jsClass: object): PythonObject | undefined {
  return types.get(jsClass);
}

/**
 * The Python type that stands for a class of this thread: emitted at first use, and for good.
 *
 * @throws NogilError `INVALID_ARGUMENT` for what no type can have; PythonError what bases, metaclass or
 *   `__init_subclass__` raise
 */
export function typeOfClass(environment: Environment, jsClass: Constructor): PythonObject {
  const known = types.get(jsClass);
  if (known !== undefined) return known;
  objectsOf(environment); // makes Python ready for them
  const handle = typeOf(jsClass, () => emit(environment, jsClass));
  // Another one's, made while this one waited.
  const meanwhile = types.get(jsClass);
  if (meanwhile !== undefined) {
    environment.releases.now([handle]);
    return meanwhile;
  }
  const type = new PythonObject(environment, handle, NG_OBJECT_CALLABLE, nogil);
  type.proxy = jsClass as unknown as PyProxy;
  types.set(jsClass, type);
  type.lend(); // from now on the type is the class wherever it crosses
  if (!(linkedness.get(jsClass) ?? false)) forwardFields(jsClass);
  return type;
}

/** The Python bases of a class. None: it derives from no Python type, directly or not. */
function basesOf(environment: Environment, jsClass: Constructor): readonly PythonObject[] {
  const parent: unknown = Object.getPrototypeOf(jsClass);
  if (typeof parent !== 'function' || parent === Function.prototype) return [];
  const several = severalBases.get(parent);
  if (several !== undefined) return several;
  const cell = cellOf(parent); // of a class that derives from a Python type: this emits it
  if (cell instanceof PythonObject) return [cell];
  return [typeOfClass(environment, parent as Constructor)];
}

function isLinked(jsClass: Constructor, bases: readonly PythonObject[]): boolean {
  const parent: unknown = Object.getPrototypeOf(jsClass);
  if (typeof parent !== 'function' || parent === Function.prototype) return true;
  const kind = kindOf(parent);
  if (kind !== undefined) return kind === 'linked';
  // Of Python's types only some are for a JavaScript class in the end.
  return bases.some((base) => kindOf(base.support('class_origin')) === 'linked');
}

function optionsOf(jsClass: Constructor): PythonClassOptions {
  const options: unknown = Object.hasOwn(jsClass, 'python') ? Reflect.get(jsClass, 'python') : {};
  if (typeof options === 'object' && options !== null && cellOf(options) === undefined) {
    return options;
  }
  throw new NogilError(
    'INVALID_ARGUMENT',
    `\`static python\` of ${jsClass.name} says what its Python type is made with: { metaclass, keywords, attributes }`,
  );
}

function metaclassOf(
  environment: Environment,
  linked: boolean,
  { metaclass }: PythonClassOptions,
): number | undefined {
  if (metaclass === undefined) {
    return linked ? supportFunction(environment, 'JsClassType').number : undefined;
  }
  const cell = typeof metaclass === 'function' ? cellOf(metaclass) : undefined;
  if (cell !== undefined && cell.handle !== 0) return cell.handle;
  throw new NogilError('INVALID_ARGUMENT', 'a metaclass is a Python type, such as ABCMeta');
}

/** Under the creation lock. */
function emit(environment: Environment, jsClass: Constructor): number {
  const bases = basesOf(environment, jsClass);
  const linked = isLinked(jsClass, bases);
  const options = optionsOf(jsClass);
  const metaclass = metaclassOf(environment, linked, options);
  const definition = define(environment, jsClass, linked, options);
  linkedness.set(jsClass, linked);
  emitted += 1;
  try {
    return emitType({
      name: jsClass.name === '' ? 'Anonymous' : jsClass.name,
      bases: bases.map((base) => base.reference().number),
      ...(metaclass !== undefined && { metaclass }),
      attributes: { __nogil_definition__: definition },
    });
  } catch (error) {
    linkedness.delete(jsClass);
    emitted -= 1;
    throw error;
  } finally {
    environment.releases.now([definition]);
  }
}

/** A handle of what emit_type makes the type of. */
function define(
  environment: Environment,
  jsClass: Constructor,
  linked: boolean,
  { keywords, attributes: more }: PythonClassOptions,
): number {
  const { facts, functions, attributes } = membersOf(jsClass, linked);
  const objects = objectsOf(environment);
  const pinned: JsEntry[] = [];
  const conversion = new Conversion(environment, nogil);
  const refer = (value: object): Crossing => {
    const entry = objects.pin(value, nogil, shapeOf);
    pinned.push(entry);
    return new Reference(entry.number, entry.shape);
  };
  try {
    return operate(
      environment,
      NG_OPERATION_CALL,
      [
        supportFunction(environment, 'class_definition'),
        refer(jsClass),
        JSON.stringify(facts),
        conversion.ready({ keywords: keywords ?? {}, attributes: more ?? {} }),
        conversion.ready(attributes),
        ...functions.map(refer),
      ],
      readHandle,
    );
  } finally {
    for (const entry of pinned) objects.unpin(entry);
    conversion.done();
  }
}

/** Static fields are attributes of the Python type now: JavaScript reads and writes them there. */
function forwardFields(jsClass: Constructor): void {
  for (const [key, property] of Object.entries(Object.getOwnPropertyDescriptors(jsClass))) {
    const { enumerable = false, configurable } = property;
    const value: unknown = property.value;
    const isField = enumerable && 'value' in property && key !== 'python';
    if (!isField || configurable !== true || typeof value === 'function') continue;
    Object.defineProperty(jsClass, key, {
      get(this: object) {
        return cellFor(this).attribute(key);
      },
      set(this: object, next: unknown) {
        const cell = cellFor(this);
        cell.support('set_attribute', key, next);
      },
      enumerable,
      configurable,
    });
  }
}

function cellFor(jsClass: object): PythonObject {
  const cell = cellOf(jsClass);
  if (cell instanceof PythonObject) return cell;
  throw new NogilError('INVALID_ARGUMENT', 'this is no class that derives from a Python type');
}

/** A class as Python gets it. */
export function handleOfClass(environment: Environment, jsClass: object): Handle {
  return typeOfClass(environment, jsClass as Constructor).reference();
}
