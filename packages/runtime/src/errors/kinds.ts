import { NG_OPERATION_CALL, NG_OPERATION_GET_ITEM } from '@nogil/abi/constants';

import type { Environment } from '../environment.js';
import { type Crossing, Handle } from '../frame/crossing.js';
import { operate, readHandle, readNumber } from '../frame/operate.js';
import { invoke } from '../invoke.js';
import { supportFunction } from '../support.js';
import { attributesOf } from './attributes.js';
import type { ErrorClass } from './builtin-errors.js';
import { PythonError, PythonErrorGroup } from './python-error.js';

/** Where a class that was made for a Python type has its kind; classes derived from it in JavaScript inherit it. */
const kindKey = Symbol('kind');

/**
 * A Python exception type and its JavaScript class.
 *
 * Owner: the class, which it lives as long as. It holds the type: as long as it lives, the type's address is the
 * address of no other type.
 */
export class ErrorKind {
  readonly environment: Environment;
  readonly address: number;
  readonly handle: number;
  /** With its module, but that of a builtin. */
  readonly type: string;
  readonly constructorOf: ErrorClass;
  readonly #ancestors: ReadonlySet<number>;

  constructor(environment: Environment, handle: number, description: Description) {
    this.environment = environment;
    this.handle = handle;
    this.address = addressOf(environment, handle);
    this.type = description.type;
    this.#ancestors = new Set(description.ancestors.map(({ address }) => address));
    this.constructorOf = makeClass(this, description);
  }

  /** Whether every exception of this type is one of the other, too. */
  derivesFrom(other: ErrorKind): boolean {
    return other === this || this.#ancestors.has(other.address);
  }
}

interface Description {
  readonly type: string;
  readonly name: string;
  readonly isBuiltin: boolean;
  readonly isGroup: boolean;
  /** The exception types it derives from, the nearest first. */
  readonly ancestors: readonly ErrorKind[];
}

/**
 * The kinds of this thread, by the type's address. Builtin types are for good; the class of another goes when
 * nobody in JavaScript has it or an error of it, and the type may go with it: made again later, it is a new one to
 * everybody.
 */
const builtin = new Map<number, ErrorKind>();
const others = new Map<number, WeakRef<ErrorKind>>();
const collected = new FinalizationRegistry<number>((address) => {
  if (others.get(address)?.deref() === undefined) others.delete(address);
});

/** The kind of an exception type, where its class has been made. */
export function knownKind(address: number): ErrorKind | undefined {
  return builtin.get(address) ?? others.get(address)?.deref();
}

/** The kind of an exception's type. */
export function kindOf(environment: Environment, exception: Handle, address: number): ErrorKind {
  const known = knownKind(address);
  if (known !== undefined) return known;
  return kindOfType(environment, ask(environment, 'exception_type', [exception], readHandle));
}

/**
 * The kind of an exception type.
 *
 * @param type - its handle, which is taken over
 */
export function kindOfType(environment: Environment, type: number): ErrorKind {
  let taken = false;
  try {
    const known = knownKind(addressOf(environment, type));
    if (known !== undefined) return known;
    const description = describe(environment, type);
    const made = new ErrorKind(environment, type, description);
    taken = true;
    if (description.isBuiltin) {
      builtin.set(made.address, made);
    } else {
      environment.releases.watch(made, type);
      others.set(made.address, new WeakRef(made));
      collected.register(made, made.address);
    }
    return made;
  } finally {
    if (!taken) environment.releases.now([type]);
  }
}

/** The kind of a class made for a Python type, or derived from one in JavaScript. */
export function inheritedKind(derived: object): ErrorKind | undefined {
  return (derived as { readonly [kindKey]?: ErrorKind })[kindKey];
}

/** The kind of a class made for a Python type; nothing for those derived from it in JavaScript. */
export function ownKind(made: object): ErrorKind | undefined {
  return Object.hasOwn(made, kindKey) ? inheritedKind(made) : undefined;
}

function ask<Result>(
  environment: Environment,
  name: string,
  values: readonly Crossing[],
  read: (environment: Environment, frame: number) => Result,
): Result {
  const positional = [supportFunction(environment, name), ...values];
  return operate(environment, NG_OPERATION_CALL, positional, read);
}

function addressOf(environment: Environment, handle: number): number {
  return ask(environment, 'address_of', [new Handle(handle)], readNumber);
}

function describe(environment: Environment, type: number): Description {
  const parts = ask(environment, 'exception_class', [new Handle(type)], readHandle);
  const part = new Handle(parts);
  const scalar = (index: number): unknown =>
    invoke(environment, NG_OPERATION_GET_ITEM, part, [index]);
  try {
    const count = scalar(4) as number;
    const ancestors: ErrorKind[] = [];
    for (let i = 0; i < count; i++) {
      const base = operate(environment, NG_OPERATION_GET_ITEM, [part, 5 + i], readHandle);
      ancestors.push(kindOfType(environment, base));
    }
    return {
      type: scalar(0) as string,
      name: scalar(1) as string,
      isBuiltin: scalar(2) as boolean,
      isGroup: scalar(3) as boolean,
      ancestors,
    };
  } finally {
    environment.releases.now([parts]);
  }
}

function makeClass(kind: ErrorKind, description: Description): ErrorClass {
  const [nearest] = description.ancestors;
  const isFirstGroup = description.isGroup && description.type === 'BaseExceptionGroup';
  // Of several bases the first is the one that JavaScript sees; `instanceof` knows all.
  const base: ErrorClass = isFirstGroup
    ? PythonErrorGroup
    : (nearest?.constructorOf ?? PythonError);
  const made: ErrorClass = class extends base {};
  Object.defineProperty(made, 'name', { value: description.name, configurable: true });
  Object.defineProperty(made, kindKey, { value: kind });
  Object.defineProperty(made.prototype, 'name', {
    value: description.name,
    configurable: true,
    writable: true,
  });
  if (description.isBuiltin) {
    for (const attribute of attributesOf(description.name)) defineAttribute(made, attribute);
  }
  return made;
}

/** An attribute of the exception as a property of its error, for those that are read all the time. */
function defineAttribute(made: ErrorClass, attribute: string): void {
  Object.defineProperty(made.prototype, attribute, {
    get(this: PythonError): unknown {
      return this.value[attribute];
    },
    configurable: true,
  });
}
