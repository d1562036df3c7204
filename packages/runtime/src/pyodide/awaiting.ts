import { promiseFor } from './iterating.js';
import { alive } from './proxy.js';
import { type ProxyState, stateOf } from './state.js';

/** The promise of an awaitable: one for all that share its object. The proxy ends when it is made. */
function promiseOf(proxy: object): Promise<unknown> {
  const known = (stateOf(proxy) as ProxyState).shared.awaited;
  if (known !== undefined) return known;
  const { shared } = alive(proxy);
  let resolve!: (value: unknown) => void;
  shared.awaited = new Promise((done) => {
    resolve = done;
  });
  const made = promiseFor(proxy);
  resolve(made);
  return shared.awaited;
}

/** What proxies have that can be awaited. */
export class AwaitableMethods {
  then(
    resolved?: (value: unknown) => unknown,
    rejected?: (error: unknown) => unknown,
  ): Promise<unknown> {
    return promiseOf(this).then(resolved, rejected);
  }

  catch(rejected?: (error: unknown) => unknown): Promise<unknown> {
    return promiseOf(this).catch(rejected);
  }

  finally(done?: () => void): Promise<unknown> {
    return promiseOf(this).finally(done);
  }

  _ensure_future(): Promise<unknown> {
    return promiseOf(this);
  }
}
