import { inspect } from 'node:util';

import { NogilError } from '@nogil/abi';
import {
  NG_OBJECT_CALLABLE,
  NG_OPERATION_CALL,
  NG_OPERATION_DELETE_ATTRIBUTE,
  NG_OPERATION_DELETE_ITEM,
  NG_OPERATION_DIR,
  NG_OPERATION_GET_ATTRIBUTE,
  NG_OPERATION_GET_ITEM,
  NG_OPERATION_REPR,
  NG_OPERATION_SET_ATTRIBUTE,
  NG_OPERATION_SET_ITEM,
  NG_OPERATION_STR,
} from '@nogil/abi/constants';
import { handleTracking } from '@nogil/handles';

import { nogil, type Policy } from '../conversion/policy.js';
import { destroyed } from '../conversion/to-python.js';
import { Handle } from '../frame/crossing.js';
import type { Environment } from '../environment.js';
import { cellOf, type HandleCell, handleCell } from './handle-cell.js';
import { attributeName, invoke } from '../invoke.js';
import { iterate } from './iterate.js';
import { Keywords } from '../keywords.js';
import { supportFunction } from '../support.js';
import type { PyProxy } from '../types.js';

/** `$name` reaches a Python attribute that a method of the proxy's own hides. */
const ESCAPE = '$';

/** An array index as JavaScript spells it: those keys are items, as no attribute is named so. */
const INDEX = /^(?:0|[1-9]\d{0,15})$/;

/** The JavaScript side of one Python object: the handler of its `Proxy`, and where its handle is kept. */
class PythonObject implements ProxyHandler<object>, HandleCell {
  readonly environment: Environment;
  readonly policy: Policy;
  handle: number;

  constructor(environment: Environment, handle: number, policy: Policy) {
    this.environment = environment;
    this.handle = handle;
    this.policy = policy;
  }

  #operate(operation: number, ...values: readonly unknown[]): unknown {
    return invoke(this.environment, operation, this.reference(), values, undefined, this.policy);
  }

  reference(): Handle {
    if (this.handle === 0) throw destroyed();
    return new Handle(this.handle);
  }

  attribute(name: string): unknown {
    return this.#operate(NG_OPERATION_GET_ATTRIBUTE, attributeName(this.environment, name));
  }

  call(values: readonly unknown[], keywords?: Keywords): unknown {
    return invoke(
      this.environment,
      NG_OPERATION_CALL,
      this.reference(),
      values,
      keywords,
      this.policy,
    );
  }

  str(): string {
    return this.#operate(NG_OPERATION_STR) as string;
  }

  repr(): string {
    return this.#operate(NG_OPERATION_REPR) as string;
  }

  number(): unknown {
    const toNumber = supportFunction(this.environment, 'to_number');
    return invoke(this.environment, NG_OPERATION_CALL, toNumber, [this.reference()]);
  }

  release(): void {
    const { handle } = this;
    if (handle === 0) return;
    // Dead first, released second: what the release runs must not find the proxy alive.
    this.handle = 0;
    this.environment.releases.now([handle]);
  }

  // ---- traps ----------------------------------------------------------------------------------

  get(_target: object, key: string | symbol): unknown {
    if (typeof key === 'symbol') return symbolProperty(this, key);
    const method = proxyMethods[key];
    if (method !== undefined) return method.bind(undefined, this);
    if (INDEX.test(key)) return this.#operate(NG_OPERATION_GET_ITEM, Number(key));
    return this.attribute(attributeOf(key));
  }

  set(_target: object, key: string | symbol, value: unknown): boolean {
    if (typeof key === 'string' && INDEX.test(key)) {
      this.#operate(NG_OPERATION_SET_ITEM, Number(key), value);
    } else {
      const name = attributeName(this.environment, attributeOf(key));
      this.#operate(NG_OPERATION_SET_ATTRIBUTE, name, value);
    }
    return true;
  }

  has(_target: object, key: string | symbol): boolean {
    return typeof key === 'string' && this.attribute(attributeOf(key)) !== undefined;
  }

  deleteProperty(_target: object, key: string | symbol): boolean {
    if (typeof key === 'string' && INDEX.test(key)) {
      this.#operate(NG_OPERATION_DELETE_ITEM, Number(key));
    } else {
      const name = attributeName(this.environment, attributeOf(key));
      this.#operate(NG_OPERATION_DELETE_ATTRIBUTE, name);
    }
    return true;
  }

  ownKeys(): string[] {
    const names = this.#operate(NG_OPERATION_DIR) as PyProxy;
    try {
      // __dir__ may say anything; a proxy may list a key once, and only strings.
      const keys = [...(names as Iterable<unknown>)].filter((name) => typeof name === 'string');
      return [...new Set(keys)];
    } finally {
      names.destroy();
    }
  }

  getOwnPropertyDescriptor(_target: object, key: string | symbol): PropertyDescriptor | undefined {
    if (typeof key === 'symbol') return undefined;
    const value = this.attribute(attributeOf(key));
    if (value === undefined) return undefined;
    return { value, writable: true, enumerable: true, configurable: true };
  }

  defineProperty(_target: object, key: string | symbol): boolean {
    throw new NogilError(
      'INVALID_ARGUMENT',
      `a property cannot be defined on a Python object; assign it: object.${String(key)} = value`,
    );
  }

  setPrototypeOf(): boolean {
    return false;
  }

  preventExtensions(): boolean {
    return false;
  }

  apply(_target: object, _this: unknown, values: readonly unknown[]): unknown {
    const last = values[values.length - 1];
    return last instanceof Keywords ? this.call(values.slice(0, -1), last) : this.call(values);
  }

  construct(target: object, values: readonly unknown[]): object {
    const made = this.apply(target, undefined, values);
    if ((typeof made === 'object' && made !== null) || typeof made === 'function') return made;
    throw new NogilError(
      'INVALID_ARGUMENT',
      `calling ${this.repr()} gives a ${made === null ? 'null' : typeof made}, which \`new\` cannot return; call it without \`new\``,
    );
  }
}

function attributeOf(key: string | symbol): string {
  if (typeof key === 'string') return key.startsWith(ESCAPE) ? key.slice(1) : key;
  throw new NogilError(
    'INVALID_ARGUMENT',
    `${String(key)} cannot be an attribute of a Python object: attributes are named by strings`,
  );
}

type ProxyMethod = (self: PythonObject, ...values: unknown[]) => unknown;

/** Methods every proxy has, in front of Python's attributes. */
const proxyMethods: Readonly<Record<string, ProxyMethod | undefined>> = Object.assign(
  Object.create(null) as object,
  {
    destroy: (self: PythonObject) => {
      self.release();
    },
    toString: (self: PythonObject) => self.str(),
    callKwargs: (self: PythonObject, ...values: unknown[]) => {
      const last = values.pop();
      if (typeof last !== 'object' || last === null) {
        throw new NogilError(
          'INVALID_ARGUMENT',
          'callKwargs takes the keyword arguments as its last argument: fn.callKwargs(a, { axis: 0 })',
        );
      }
      return self.call(values, new Keywords(last as Readonly<Record<string, unknown>>));
    },
  } satisfies Record<string, ProxyMethod>,
);

function symbolProperty(self: PythonObject, key: symbol): unknown {
  switch (key) {
    case handleCell:
      return self;
    case Symbol.dispose:
      return (): void => {
        self.release();
      };
    case Symbol.iterator:
      return self.attribute('__iter__') === undefined && self.attribute('__getitem__') === undefined
        ? undefined
        : () => iterate(self.environment, () => self.reference());
    case Symbol.toPrimitive:
      return (hint: string): unknown => (hint === 'number' ? self.number() : self.str());
    default:
      return undefined;
  }
}

// Node inspects a proxy's target, and calls what it finds there with the proxy as `this`. Nobody else
// ever sees these two objects, so all proxies share them.
function inspectProxy(this: object): string {
  const cell = cellOf(this);
  // Every cell that a proxy answers with is its handler, in this copy of the package or another.
  if (cell === undefined || cell.handle === 0) return '[PyProxy, destroyed]';
  try {
    return (cell as HandleCell & { repr(): string }).repr();
  } catch (error) {
    // Whoever prints wants to see the rest all the same; the reason takes the object's place.
    return `[PyProxy, repr() failed: ${String(error)}]`;
  }
}

const plainTarget: object = Object.create(null, {
  [inspect.custom]: { value: inspectProxy, configurable: true },
}) as object;

// A bound function: it can be called and constructed, and has no property that cannot be hidden.
const callableTarget: object = function () {
  // Never called: the traps are.
}.bind(undefined);
Reflect.deleteProperty(callableTarget, 'name');
Reflect.deleteProperty(callableTarget, 'length');
Object.defineProperty(callableTarget, inspect.custom, { value: inspectProxy, configurable: true });

// Bound here: through the import it would be looked up for each proxy.
const tracking = handleTracking;

/**
 * The JavaScript object that stands for a Python object.
 *
 * @param handle - its handle, which the proxy takes over
 * @param flags - `NG_OBJECT_…`
 * @param policy - the rules by which everything crosses that goes through it
 */
export function makeProxy(
  environment: Environment,
  handle: number,
  flags: number,
  policy: Policy = nogil,
): PyProxy {
  const target = (flags & NG_OBJECT_CALLABLE) !== 0 ? callableTarget : plainTarget;
  const object = new PythonObject(environment, handle, policy);
  // The handler, which the proxy holds: so do its methods and iterators, which may outlive the proxy.
  environment.releases.watch(object, handle);
  if (tracking.active) tracking.created(handle);
  return new Proxy(target, object) as PyProxy;
}
