import { inspect } from 'node:util';

import { type Environment } from '../environment.js';
import { Handle } from '../frame/crossing.js';
import { handleCell } from '../proxy/handle-cell.js';
import { ask, askForHandle, absent } from './calls.js';
import { callProxy, CallableMethods } from './callable.js';
import { farewellFor, aliveHandle, type ProxyState, setState, Shared, stateOf } from './state.js';
import { settings } from './settings.js';
import { proxyFlag } from './proxy-flags.js';
import { IterableMethods } from './iterating.js';
import { SequenceMethods } from './sequence.js';
import { BufferMethods } from './buffer.js';
import { AwaitableMethods } from './awaiting.js';
import { adaptorFor, jsonTraps } from './json.js';

export const destroyedByHand = 'Object has already been destroyed';
const BORROWED =
  "This borrowed attribute proxy was automatically destroyed in the process of destroying the proxy it was borrowed from. Try using the 'copy' method.";

/** The state of a proxy whose object is to be used. */
export function alive(proxy: object): ProxyState {
  const state = stateOf(proxy);
  if (state === undefined) throw new TypeError('this is no PyProxy');
  aliveHandle(state);
  return state;
}

/** The proxy itself, which must not have been destroyed. */
function aliveSelf<Self extends object>(proxy: Self): Self {
  alive(proxy);
  return proxy;
}

interface DestroyOptions {
  readonly message?: string;
  readonly destroyRoundtrip?: boolean;
}

/** What every proxy has. */
class CommonMethods {
  declare readonly [Symbol.toStringTag]: string;

  get [handleCell](): Shared | undefined {
    return stateOf(this)?.shared;
  }

  get type(): unknown {
    return ask('type_name', aliveSelf(this));
  }

  toString(): unknown {
    return ask('to_string', aliveSelf(this), settings.proxiesShowRepr);
  }

  destroy(options: DestroyOptions = {}): void {
    const { message, destroyRoundtrip = true } = options;
    const state = stateOf(this);
    if (state === undefined || (state.roundtrip && !destroyRoundtrip)) return;
    destroyProxy(this, message, true);
  }

  copy(): object {
    const state = alive(this);
    const { shared } = state;
    const made = new Shared(
      shared.environment,
      askForHandle('same', new Handle(shared.handle)),
      shared.flags,
      shared.attributes,
    );
    return makeFrom(made, { ...state, shared: made, roundtrip: false });
  }

  toJs(options: ToJsOptions = {}): unknown {
    alive(this);
    return deepToJs(this, options);
  }

  [inspect.custom](): string {
    const state = stateOf(this);
    if (state === undefined || state.shared.handle === 0) return '[PyProxy, destroyed]';
    try {
      return String(ask('to_string', this, true));
    } catch (error) {
      return `[PyProxy, repr() failed: ${String(error)}]`;
    }
  }
}
Object.defineProperty(CommonMethods.prototype, Symbol.toStringTag, {
  value: 'PyProxy',
  configurable: true,
});
if (typeof Symbol.dispose === 'symbol') {
  Object.defineProperty(CommonMethods.prototype, Symbol.dispose, {
    value(this: CommonMethods): void {
      this.destroy();
    },
    configurable: true,
    writable: true,
  });
}

/** What `toJs` takes. */
export interface ToJsOptions {
  readonly depth?: number;
  readonly pyproxies?: unknown[];
  readonly create_pyproxies?: boolean;
  readonly dict_converter?: unknown;
  readonly default_converter?: unknown;
  readonly eager_converter?: unknown;
}

function deepToJs(proxy: object, options: ToJsOptions): unknown {
  const { depth = -1, pyproxies, create_pyproxies = true } = options;
  return ask(
    'to_js_for_proxy',
    new Handle(alive(proxy).shared.handle),
    depth,
    pyproxies,
    create_pyproxies,
    options.dict_converter,
    options.default_converter,
    options.eager_converter,
  );
}

class LengthMethods {
  get length(): unknown {
    return ask('length_of', aliveSelf(this));
  }
}

class GetMethods {
  get(key: unknown): unknown {
    const value = ask('get_item', aliveSelf(this), key);
    return value === absent ? undefined : value;
  }

  asJsJson(): object {
    return adaptorFor(this);
  }
}

class SetMethods {
  set(key: unknown, value: unknown): void {
    ask('set_item', aliveSelf(this), key, value);
  }

  delete(key: unknown): void {
    ask('delete_item', aliveSelf(this), key);
  }
}

class HasMethods {
  has(key: unknown): unknown {
    return ask('contains', aliveSelf(this), key);
  }
}

/** By flag; a function, because the files of the methods need this one. */
const mixins = (): readonly (readonly [number, { readonly prototype: object }])[] => [
  [proxyFlag.length, LengthMethods],
  [proxyFlag.get, GetMethods],
  [proxyFlag.set, SetMethods],
  [proxyFlag.contains, HasMethods],
  ...IterableMethods,
  [proxyFlag.awaitable, AwaitableMethods],
  [proxyFlag.buffer, BufferMethods],
  [proxyFlag.callable, CallableMethods],
  ...SequenceMethods,
];

/** `ffi.PyProxy`: what `constructor` of a proxy is. */
// eslint-disable-next-line @typescript-eslint/no-extraneous-class -- it is there for instanceof
export class PyProxy {
  constructor() {
    throw new TypeError('PyProxy is not a constructor');
  }

  static [Symbol.hasInstance](value: unknown): boolean {
    return stateOf(value) !== undefined;
  }
}

Object.defineProperty(PyProxy, 'name', { value: 'PyProxy' });

const prototypes = new Map<number, object>();

function mix(into: object, from: object): void {
  const descriptors = Object.getOwnPropertyDescriptors(from) as Record<
    PropertyKey,
    PropertyDescriptor
  >;
  for (const key of Reflect.ownKeys(descriptors)) {
    if (key !== 'constructor')
      Object.defineProperty(into, key, descriptors[key] as PropertyDescriptor);
  }
}

function prototypeFor(flags: number): object {
  const known = prototypes.get(flags);
  if (known !== undefined) return known;
  const callable = (flags & proxyFlag.callable) !== 0;
  const made = Object.create(callable ? Function.prototype : Object.prototype) as object;
  mix(made, CommonMethods.prototype);
  for (const [flag, methods] of mixins()) if ((flags & flag) !== 0) mix(made, methods.prototype);
  Object.defineProperty(made, 'constructor', {
    value: PyProxy,
    writable: true,
    configurable: true,
  });
  Object.defineProperty(made, '$$flags', { value: flags, writable: true, configurable: true });
  prototypes.set(flags, made);
  return made;
}

const targetMark = Symbol('state');

/** A new proxy. */
export function makeFrom(shared: Shared, state: ProxyState): object {
  const callable = (shared.flags & proxyFlag.callable) !== 0;
  const json = state.json;
  const flags =
    json === 0
      ? shared.flags
      : (shared.flags & ~proxyFlag.dict) |
        (json === 1 ? proxyFlag.jsonDict : proxyFlag.jsonSequence);
  let target: object;
  if (callable) {
    target = function target(): void {
      // Never called: the traps are.
    };
    Reflect.deleteProperty(target, 'name');
    Reflect.deleteProperty(target, 'length');
    Reflect.set(target, 'prototype', undefined);
  } else {
    target = {};
  }
  Object.setPrototypeOf(target, prototypeFor(flags));
  Object.defineProperty(target, targetMark, {
    value: state,
    enumerable: false,
    writable: true,
    configurable: true,
  });
  const proxy = new Proxy(target, json === 0 ? trapsFor(shared.flags) : jsonTraps(json));
  setState(proxy, state);
  shared.environment.releases.watch(shared, shared.handle);
  return proxy;
}

/** The state that a trap's target has. */
export function targetState(target: object): ProxyState {
  const state = (target as Record<symbol, ProxyState>)[targetMark] as ProxyState;
  aliveHandle(state);
  return state;
}

function trapsFor(flags: number): ProxyHandler<object> {
  if ((flags & proxyFlag.dict) !== 0) return dictTraps;
  if ((flags & proxyFlag.sequence) !== 0) return sequenceTraps;
  return plainTraps;
}

/** A new value for a handle, which it takes over. */
export function objectFor(environment: Environment, handle: number): unknown {
  const flags = ask('describe', new Handle(handle)) as number;
  if (flags === -1 || flags === -2) {
    try {
      if (flags === -1) return ask('plain', new Handle(handle));
      const text = ask('big_text', new Handle(handle)) as string;
      return text.startsWith('-') ? -BigInt(text.slice(1)) : BigInt(text);
    } finally {
      environment.releases.now([handle]);
    }
  }
  return makeProxy(environment, handle, flags);
}

export function makeProxy(
  environment: Environment,
  handle: number,
  flags: number,
  more: Partial<ProxyState> = {},
): object {
  const shared = new Shared(environment, handle, flags);
  return makeFrom(shared, {
    shared,
    roundtrip: false,
    capturesThis: false,
    bound: undefined,
    json: 0,
    adaptors: undefined,
    ...more,
  });
}

/** Ends a proxy. */
export function destroyProxy(proxy: object, message: string | undefined, roundtrip: boolean): void {
  const state = stateOf(proxy);
  if (state === undefined || state.shared.handle === 0) return;
  if (state.roundtrip && !roundtrip) return;
  const { shared } = state;
  shared.farewell = farewellFor(message ?? destroyedByHand, () => describe(proxy));
  const { handle, attributes } = shared;
  shared.handle = 0;
  shared.environment.releases.now([handle]);
  for (const adaptor of state.adaptors?.values() ?? []) destroyProxy(adaptor, message, true);
  if (--attributes.owners > 0) return;
  const cached = [...attributes.proxies.values()];
  attributes.proxies.clear();
  for (const one of cached) destroyProxy(one, BORROWED, false);
}

function describe(proxy: object): string {
  const type = String(ask('type_name', proxy));
  try {
    return `The object was of type "${type}" and had repr "${String(ask('to_string', proxy, true))}"`;
  } catch {
    return `The object was of type "${type}" and an error was raised when trying to generate its repr`;
  }
}

// ---- traps ----------------------------------------------------------------------------------

const fromPython: ReadonlySet<PropertyKey> = new Set([
  'name',
  'length',
  'caller',
  'arguments',
  'prototype',
]);

/** Whether a key is JavaScript's, not Python's. */
function isOwn(target: object, key: PropertyKey): boolean {
  if (!(key in target)) return false;
  if (typeof target !== 'function' || !fromPython.has(key)) return true;
  if (key === 'prototype') return false;
  if (Object.hasOwn(target, key)) return true;
  return Object.hasOwn(Object.getPrototypeOf(target) as object, key);
}

function stripped(key: string): string {
  return key.startsWith('$') ? key.slice(1) : key;
}

const NUMBER = /^[0-9]+$/;

function getAttribute(target: object, key: string): unknown {
  const state = targetState(target);
  const { attributes } = state.shared;
  const self = new Handle(state.shared.handle);
  const name = stripped(key);
  const place =
    attributes.proxies.size === 0 ? undefined : (ask('attribute_key', self, name) as number);
  if (place !== undefined) {
    const known = attributes.proxies.get(place);
    if (known !== undefined && stateOf(known)?.shared.handle !== 0) return known;
  }
  const value = ask('get_attribute', self, name);
  if (value === absent) return undefined;
  const made = stateOf(value);
  if (made !== undefined && !made.roundtrip) {
    const where = place ?? (ask('attribute_key', self, name) as number);
    attributes.proxies.set(where, value as object);
  }
  return value;
}

export const plainTraps: ProxyHandler<object> = {
  get(target, key, receiver) {
    if (typeof key === 'symbol' || isOwn(target, key))
      return Reflect.get(target, key, receiver) as unknown;
    return getAttribute(target, key);
  },
  has(target, key) {
    if (key === 'prototype' && typeof target === 'function') return true;
    if (typeof key === 'symbol' || isOwn(target, key)) return Reflect.has(target, key);
    const state = targetState(target);
    return ask('has_attribute', new Handle(state.shared.handle), stripped(key)) as boolean;
  },
  set(target, key, value, receiver) {
    const own = Object.getOwnPropertyDescriptor(target, key);
    if (own !== undefined && own.writable !== true && own.set === undefined) return false;
    if (typeof key === 'symbol' || isOwn(target, key)) {
      return Reflect.set(target, key, value, own === undefined ? receiver : target);
    }
    const state = targetState(target);
    ask('set_attribute', new Handle(state.shared.handle), stripped(key), value);
    return true;
  },
  deleteProperty(target, key) {
    const own = Object.getOwnPropertyDescriptor(target, key);
    if (own?.configurable === false) return false;
    if (typeof key === 'symbol' || isOwn(target, key)) return Reflect.deleteProperty(target, key);
    const state = targetState(target);
    ask('delete_attribute', new Handle(state.shared.handle), stripped(key));
    return true;
  },
  ownKeys(target) {
    const state = targetState(target);
    const names = ask('dir_text', new Handle(state.shared.handle)) as string;
    return [...new Set([...names.split('\0'), ...Reflect.ownKeys(target)])];
  },
  apply(target, receiver, values) {
    return callProxy(targetState(target), receiver, values);
  },
  construct(target, values) {
    return callProxy(targetState(target), undefined, values) as object;
  },
};

const sequenceTraps: ProxyHandler<object> = {
  ...plainTraps,
  get(target, key, receiver) {
    if (typeof key === 'string' && NUMBER.test(key)) {
      const value = ask('get_item', new Handle(targetState(target).shared.handle), Number(key));
      return value === absent ? undefined : value;
    }
    return plainTraps.get?.(target, key, receiver) as unknown;
  },
  has(target, key) {
    if (typeof key === 'string' && NUMBER.test(key)) {
      return (
        Number(key) < (ask('length_of', new Handle(targetState(target).shared.handle)) as number)
      );
    }
    return plainTraps.has?.(target, key) === true;
  },
  set(target, key, value, receiver) {
    if (typeof key === 'string' && NUMBER.test(key)) {
      return quietly(() =>
        ask('set_item', new Handle(targetState(target).shared.handle), Number(key), value),
      );
    }
    return plainTraps.set?.(target, key, value, receiver) === true;
  },
  deleteProperty(target, key) {
    if (typeof key === 'string' && NUMBER.test(key)) {
      return quietly(() =>
        ask('delete_item', new Handle(targetState(target).shared.handle), Number(key)),
      );
    }
    return plainTraps.deleteProperty?.(target, key) === true;
  },
  ownKeys(target) {
    const keys = plainTraps.ownKeys?.(target) as (string | symbol)[];
    const length = ask('length_of', new Handle(targetState(target).shared.handle)) as number;
    const indices = Array.from({ length }, (_, place) => String(place));
    return [...new Set([...keys, ...indices, 'length'])];
  },
};

/** Whether it was possible; other errors than those of a missing item are thrown. */
function quietly(work: () => unknown): boolean {
  try {
    work();
    return true;
  } catch (error) {
    if ((error as { type?: unknown }).type === 'IndexError') return false;
    throw error;
  }
}

/** Whether an attribute, of either language, has that name. */
function isAttribute(target: object, key: string): boolean {
  return plainTraps.has?.(target, key) === true;
}

const dictTraps: ProxyHandler<object> = {
  ...plainTraps,
  get(target, key, receiver) {
    if (typeof key === 'symbol' || isAttribute(target, key)) {
      return plainTraps.get?.(target, key, receiver) as unknown;
    }
    const value = ask('dict_get', new Handle(targetState(target).shared.handle), key);
    return value === absent ? undefined : value;
  },
  has(target, key) {
    if (plainTraps.has?.(target, key) === true) return true;
    if (typeof key === 'symbol') return false;
    return ask('dict_has', new Handle(targetState(target).shared.handle), key) as boolean;
  },
  set(target, key, value, receiver) {
    if (typeof key === 'symbol' || isAttribute(target, key)) {
      return plainTraps.set?.(target, key, value, receiver) === true;
    }
    ask('dict_set', new Handle(targetState(target).shared.handle), key, value);
    return true;
  },
  deleteProperty(target, key) {
    if (typeof key === 'symbol' || isAttribute(target, key)) {
      return plainTraps.deleteProperty?.(target, key) === true;
    }
    return ask('dict_delete', new Handle(targetState(target).shared.handle), key) as boolean;
  },
  ownKeys(target) {
    const keys = plainTraps.ownKeys?.(target) as (string | symbol)[];
    const names = ask('dict_names', new Handle(targetState(target).shared.handle)) as string[];
    return [...new Set([...keys, ...names])];
  },
  getOwnPropertyDescriptor(target, key) {
    const own = Reflect.getOwnPropertyDescriptor(target, key);
    if (own !== undefined || typeof key === 'symbol' || isAttribute(target, key)) return own;
    const value = ask('dict_get', new Handle(targetState(target).shared.handle), key);
    if (value === absent) return undefined;
    return { value, writable: true, enumerable: true, configurable: true };
  },
};
