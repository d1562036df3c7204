import { absent, ask } from './calls.js';

/** The globals: names that are not there are looked for among the builtins. */
export function makeGlobals(proxy: object): object {
  const get = (key: unknown): unknown => {
    const value = ask('globals_get', proxy, key);
    return value === absent ? undefined : value;
  };
  const has = (key: unknown): unknown => ask('globals_has', proxy, key);
  for (const [name, value] of Object.entries({ get, has })) {
    Object.defineProperty(proxy, name, { value, configurable: true, writable: true });
  }
  return proxy;
}
