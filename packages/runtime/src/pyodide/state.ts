import type { Environment } from '../environment.js';
import { Handle } from '../frame/crossing.js';
import { settings } from './settings.js';

/** What all proxies of one object share that were made by reading one of another: see {@link Shared.attributes}. */
export interface AttributeCache {
  owners: number;
  readonly proxies: Map<number | string, object>;
}

/** One reference to a Python object. Aliases of a proxy (bound ones, adaptors) share it. */
export class Shared {
  readonly environment: Environment;
  handle: number;
  readonly flags: number;
  attributes: AttributeCache;
  awaited: Promise<unknown> | undefined;
  farewell: string | undefined;

  constructor(
    environment: Environment,
    handle: number,
    flags: number,
    attributes?: AttributeCache,
  ) {
    this.environment = environment;
    this.handle = handle;
    this.flags = flags;
    this.attributes = attributes ?? { owners: 0, proxies: new Map() };
    this.attributes.owners += 1;
    this.awaited = undefined;
    this.farewell = undefined;
  }
}

/** What one proxy has of its own. */
export interface ProxyState {
  readonly shared: Shared;
  roundtrip: boolean;
  readonly capturesThis: boolean;
  readonly bound: { readonly receiver: unknown; readonly values: readonly unknown[] } | undefined;
  /** Of an adaptor for JSON: whether it is a mapping (1) or a sequence (2). */
  readonly json: number;
  /** Proxies that an adaptor made. */
  readonly adaptors: Map<number, object> | undefined;
}

// A table and no property: asking must run no trap of anybody's Proxy.
const states = new WeakMap<object, ProxyState>();

export function stateOf(value: unknown): ProxyState | undefined {
  return typeof value === 'object' || typeof value === 'function'
    ? states.get(value as object)
    : undefined;
}

export function setState(proxy: object, state: ProxyState): void {
  states.set(proxy, state);
}

/** The handle of a proxy's object. */
export function aliveHandle({ shared }: ProxyState): Handle {
  if (shared.handle === 0) throw new Error(shared.farewell ?? 'Object has already been destroyed');
  return new Handle(shared.handle);
}

const ADVICE = 'For more information about the cause of this error, use `pyodide.setDebug(true)`';

/** The message of errors after the end of a proxy, made before that. */
export function farewellFor(reason: string, describe: () => string): string {
  return `${reason}\n${settings.debug ? describe() : ADVICE}`;
}
