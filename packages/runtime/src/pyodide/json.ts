import { Handle } from '../frame/crossing.js';
import { absent, ask } from './calls.js';
import { alive, makeFrom, plainTraps, targetState } from './proxy.js';
import { type ProxyState, stateOf } from './state.js';

/** The adaptor of a proxy: the same Python object, as JSON.stringify wants it. */
export function adaptorFor(proxy: object): object {
  const state = alive(proxy);
  const kind = ask('is_json_container', new Handle(state.shared.handle)) as number;
  return makeFrom(state.shared, { ...state, json: kind === 0 ? 1 : kind, adaptors: new Map() });
}

/** An item of an adaptor: an adaptor itself where it is a container. */
function adapted(state: ProxyState, value: unknown): unknown {
  const own = stateOf(value);
  if (own === undefined) return value;
  const kind = ask('is_json_container', value) as number;
  if (kind === 0) return value;
  const id = ask('address', value) as number;
  const known = state.adaptors?.get(id);
  if (known !== undefined && stateOf(known)?.shared.handle !== 0) return known;
  const made = makeFrom(own.shared, { ...own, json: kind, adaptors: state.adaptors });
  state.adaptors?.set(id, made);
  return made;
}

const kept: ReadonlySet<PropertyKey> = new Set([
  'copy',
  'constructor',
  '$$flags',
  'toString',
  'destroy',
]);
const NUMBER = /^[0-9]+$/;

function handleOf(target: object): Handle {
  return new Handle(targetState(target).shared.handle);
}

const dictTraps: ProxyHandler<object> = {
  get(target, key, receiver) {
    if (typeof key === 'symbol' || kept.has(key)) return wrapped(target, key, receiver);
    const value = ask('dict_get', handleOf(target), key);
    if (value !== absent) return adapted(targetState(target), value);
    return key in target ? wrapped(target, key, receiver) : undefined;
  },
  has(target, key) {
    if (typeof key === 'symbol' || kept.has(key)) return key in target;
    return (ask('dict_has', handleOf(target), key) as boolean) || key in target;
  },
  set(target, key, value) {
    if (typeof key === 'symbol' || kept.has(key)) return false;
    ask('dict_set', handleOf(target), key, value);
    return true;
  },
  deleteProperty(target, key) {
    if (typeof key === 'symbol' || kept.has(key)) return false;
    return ask('dict_delete', handleOf(target), key) as boolean;
  },
  ownKeys(target) {
    const names = ask('dict_names', handleOf(target)) as string[];
    const fixed = typeof target === 'function' ? ['prototype'] : [];
    return [...new Set([...names, ...fixed])];
  },
  getOwnPropertyDescriptor(target, key) {
    const own = Reflect.getOwnPropertyDescriptor(target, key);
    if (own !== undefined || typeof key === 'symbol' || kept.has(key)) return own;
    const value = ask('dict_get', handleOf(target), key);
    if (value === absent) return undefined;
    const item = adapted(targetState(target), value);
    return { value: item, writable: true, enumerable: true, configurable: true };
  },
  apply(target, receiver, values) {
    return plainTraps.apply?.(target, receiver, values) as unknown;
  },
};

/** A member of JavaScript's, whose results are adapted where they are items. */
function wrapped(target: object, key: PropertyKey, receiver: unknown): unknown {
  const value = Reflect.get(target, key, receiver) as unknown;
  const state = targetState(target);
  if (key === 'get') {
    return (item: unknown) => {
      const found = ask('get_item', handleOf(target), item);
      return found === absent ? undefined : adapted(state, found);
    };
  }
  if (key !== Symbol.iterator || typeof value !== 'function') return value;
  return function* iterate(): Generator<unknown, void, void> {
    const length = ask('length_of', handleOf(target)) as number;
    if (state.json === 2) {
      for (let place = 0; place < length; place++) {
        yield adapted(state, ask('get_item', handleOf(target), place));
      }
      return;
    }
    yield* Reflect.apply(value as () => Iterable<unknown>, receiver, []);
  };
}

const sequenceTraps: ProxyHandler<object> = {
  ...plainTraps,
  get(target, key, receiver) {
    if (typeof key === 'string' && NUMBER.test(key)) {
      const value = ask('get_item', handleOf(target), Number(key));
      return value === absent ? undefined : adapted(targetState(target), value);
    }
    if (key === 'get' || key === Symbol.iterator) return wrapped(target, key, receiver);
    return plainTraps.get?.(target, key, receiver) as unknown;
  },
  set(target, key, value, receiver) {
    if (typeof key === 'string' && NUMBER.test(key)) {
      ask('set_item', handleOf(target), Number(key), value);
      return true;
    }
    return plainTraps.set?.(target, key, value, receiver) === true;
  },
  has(target, key) {
    if (typeof key === 'string' && NUMBER.test(key)) {
      return Number(key) < (ask('length_of', handleOf(target)) as number);
    }
    return plainTraps.has?.(target, key) === true;
  },
};

export function jsonTraps(kind: number): ProxyHandler<object> {
  return kind === 1 ? dictTraps : sequenceTraps;
}
