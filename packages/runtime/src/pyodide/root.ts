import { types } from 'node:util';

import { NogilError } from '@nogil/abi';

import { Handle } from '../frame/crossing.js';
import { absent, askForHandle } from './calls.js';
import { endOfCall } from './borrowed.js';
import { AsJavaScript, OwnedAnswer } from './crossed.js';
import { PythonError, asPyodideError } from './errors.js';
import { adaptorFor } from './json.js';
import { makeLiteralMap } from './literal-map.js';
import { destroyProxy, makeFrom } from './proxy.js';
import { settings } from './settings.js';
import { aliveHandle, type ProxyState, stateOf } from './state.js';
import { thrownValue } from './thrown.js';
import { raisedFor } from './raised.js';

/** The object by which Python asks for what is done with none. */
export const root: object = Object.freeze(Object.create(null) as object);

type Operation = (...values: unknown[]) => unknown;

const arrays: Readonly<Record<string, new (buffer: ArrayBuffer) => object>> = {
  b: Int8Array,
  B: Uint8Array,
  c: Uint8Array,
  h: Int16Array,
  H: Uint16Array,
  i: Int32Array,
  I: Uint32Array, // prettier-ignore
  f: Float32Array,
  d: Float64Array,
  q: BigInt64Array,
  Q: BigUint64Array, // prettier-ignore
};

function typedArray(kind: string, size: number, text: string): object {
  const bytes = Buffer.from(text, 'latin1');
  const memory = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
  let key = kind;
  if ('lnLNP'.includes(kind)) {
    const signed = kind === 'l' || kind === 'n';
    key = size === 8 ? (signed ? 'q' : 'Q') : signed ? 'i' : 'I';
  }
  const Constructor = arrays[key];
  if (Constructor === undefined) throw new Error(`Unrecognized format character '${kind}'.`);
  return new Constructor(memory);
}

function decode(buffer: unknown, encoding: unknown): unknown {
  const decoder = new TextDecoder((encoding as string | undefined) ?? 'utf8', {
    fatal: true,
    ignoreBOM: true,
  });
  try {
    return decoder.decode(buffer as ArrayBuffer);
  } catch {
    return new OwnedAnswer(
      askForHandle('raise_value_error', 'the bytes are no text of this encoding'),
    );
  }
}

/** Something Python holds for as long as somebody waits for a promise. */
function held(callback: unknown): ((value: unknown) => unknown) | undefined {
  if (callback === undefined || callback === null) return undefined;
  const state = stateOf(callback);
  if (state === undefined || state.roundtrip) return callback as (value: unknown) => unknown;
  return callback as (value: unknown) => unknown;
}

function dispose(...callbacks: unknown[]): void {
  for (const callback of callbacks) {
    if (stateOf(callback) !== undefined) destroyProxy(callback as object, undefined, false);
  }
}

/** A value that is passed on, and lives as long as whoever gets it wants. */
function passing(
  callback: ((value: unknown) => unknown) | undefined,
  done: () => void,
): ((value: unknown) => unknown) | undefined {
  if (callback === undefined) return undefined;
  return (value) => {
    try {
      return callback(value);
    } finally {
      done();
    }
  };
}

function once(callback: object): object {
  let used = false;
  let destroyed = false;
  const made = (...values: unknown[]): unknown => {
    if (destroyed) throw new Error('OnceProxy has already been destroyed');
    if (used) throw new Error('OnceProxy can only be called once');
    used = true;
    try {
      return (callback as Operation)(...values);
    } finally {
      destroyed = true;
      destroyProxy(callback, undefined, true);
      destroyed = false;
    }
  };
  return Object.assign(made, {
    destroy(): void {
      if (destroyed || used) throw new Error('OnceProxy has already been destroyed');
      destroyed = true;
      destroyProxy(callback, undefined, true);
    },
  });
}

function createProxy(proxy: unknown, capturesThis: unknown, roundtrip: unknown): unknown {
  const state = stateOf(proxy);
  if (state === undefined) return proxy;
  const made = makeFrom(state.shared, {
    ...state,
    capturesThis: capturesThis === true,
    roundtrip: roundtrip === true,
  });
  return new AsJavaScript(made);
}

const operations: Readonly<Record<string, Operation>> = {
  absent: () => absent,
  object: () => ({}),
  array: (...values) => values,
  set_object: () => new Set(),
  literal_maps: () => settings.literalMaps,
  literal_map: makeLiteralMap,
  proxy: (value) => (stateOf(value) === undefined ? value : new AsJavaScript(value as object)),
  create_proxy: createProxy,
  create_once_callable: (callback) => new AsJavaScript(once(callback as object)),
  typed_array: (kind, size, text) => typedArray(kind as string, size as number, text as string),
  decode,
  concat: (left, right) => [
    ...Array.from(left as Iterable<unknown>),
    ...Array.from(right as Iterable<unknown>),
  ],
  destroy_all: (proxies) => {
    for (const proxy of proxies as { destroy(): void }[]) proxy.destroy();
  },
  end_of_call(proxies) {
    endOfCall(proxies as object[]);
  },
  from_entries: (pairs) => Object.fromEntries(pairs as [string, unknown][]),
  json_adaptor: (value) =>
    stateOf(value) === undefined ? value : new AsJavaScript(adaptorFor(value as object)),
  settle(promise, resolved, rejected) {
    const both = (): void => {
      dispose(resolved, rejected);
    };
    void Promise.resolve(promise as PromiseLike<unknown>).then(
      passing(held(resolved), both),
      passing(held(rejected), both),
    );
  },
  then(promise, resolved, rejected) {
    const both = (): void => {
      dispose(resolved, rejected);
    };
    const good =
      passing(held(resolved), both) ??
      ((value: unknown): unknown => {
        both();
        return value;
      });
    const bad =
      passing(held(rejected), both) ??
      ((error: unknown): never => {
        both();
        throw error;
      });
    return Promise.resolve(promise as PromiseLike<unknown>).then(good, bad);
  },
  finally(promise, done) {
    return Promise.resolve(promise as PromiseLike<unknown>).finally(() => {
      try {
        return (done as () => unknown)();
      } finally {
        dispose(done);
      }
    });
  },
  error_for_value: (value) => new AsErrorValue(value),
  error_of: (exception) => raisedFor(exception),
  evaluate: (code) => (0, eval)(code as string) as unknown,
  make_error(name, message, stack) {
    const error = new Error(message as string);
    error.name = name as string;
    if (typeof stack === 'string') error.stack = stack;
    return new AsJavaScript(error);
  },
  convert_by(converter, value, convert, cache) {
    return call(converter, value, convert, (input: unknown, made: unknown) => {
      if (stateOf(input) === undefined) {
        throw new TypeError('The first argument to cacheConversion must be a PyProxy.');
      }
      (cache as Operation)(input, made);
    });
  },
  convert_to_py_by: (converter, value, convert, cache) => call(converter, value, convert, cache),
  timeout(callback, delay) {
    const run = (): void => {
      try {
        (callback as () => void)();
      } finally {
        dispose(callback);
      }
    };
    if ((delay as number) <= 2) setImmediate(run);
    else setTimeout(run, delay as number);
  },
};

class AsErrorValue {
  constructor(readonly value: unknown) {}
}

function call(converter: unknown, value: unknown, convert: unknown, cache: unknown): unknown {
  const result = (converter as Operation)(value, convert, cache);
  const state = stateOf(result);
  return state === undefined ? result : new OwnedAnswer(askForHandle('same', aliveHandle(state)));
}

export function rootOperations(name: string, values: readonly unknown[]): unknown {
  const operation = operations[name];
  if (operation === undefined) {
    throw new NogilError('INTERNAL', `Python asked for an unknown operation ${name}`);
  }
  const result = operation(...values);
  // `instanceof` would ask a Proxy, which may be revoked.
  return !types.isProxy(result) && result instanceof AsErrorValue
    ? thrownValue(result.value)
    : result;
}

export { type ProxyState, PythonError, asPyodideError, Handle };
