import { NG_OPERATION_CALL } from '@nogil/abi/constants';

import { Handle } from '../frame/crossing.js';
import { ask, askNamed, operateOn } from './calls.js';
import { proxyFlag } from './proxy-flags.js';
import { aliveHandle, type ProxyState, stateOf } from './state.js';
import { promiseFor } from './iterating.js';
import { makeFrom } from './proxy.js';

function self(proxy: object): ProxyState {
  const state = stateOf(proxy);
  if (state === undefined) throw new TypeError('this is no PyProxy');
  aliveHandle(state);
  return state;
}

function argumentsFor(state: ProxyState, receiver: unknown, values: readonly unknown[]): unknown[] {
  const bound = state.bound === undefined ? values : [...state.bound.values, ...values];
  if (!state.capturesThis) return [...bound];
  return [state.bound === undefined ? receiver : state.bound.receiver, ...bound];
}

/** What a call answers: of a coroutine function, a task that runs already. */
function scheduled(called: Handle, result: unknown): unknown {
  const state = stateOf(result);
  if (state === undefined || (state.shared.flags & proxyFlag.awaitable) === 0) return result;
  if (ask('is_scheduled', called, result) !== true) return result;
  state.shared.awaited = promiseFor(result, false);
  // Whoever awaits the result gets to know; nobody has to.
  state.shared.awaited.catch(() => undefined);
  return result;
}

/** A call of a proxy. */
export function callProxy(
  state: ProxyState,
  receiver: unknown,
  values: readonly unknown[],
): unknown {
  const called = new Handle(state.shared.handle);
  const given = argumentsFor(state, receiver, values);
  return scheduled(called, operateOn(NG_OPERATION_CALL, called, given));
}

function callNamed(
  state: ProxyState,
  relaxed: boolean,
  values: readonly unknown[],
  what: string,
): unknown {
  if (values.length === 0) {
    throw new TypeError(`${what} requires at least one argument (the key word argument object)`);
  }
  const keywords = values.at(-1) as Record<string, unknown> | null | undefined;
  const { constructor } = (keywords ?? { constructor: null }) as {
    constructor?: { name?: string } | null;
  };
  if (
    keywords === null ||
    typeof keywords !== 'object' ||
    (constructor !== undefined && constructor?.name !== 'Object')
  ) {
    throw new TypeError('kwargs argument is not an object');
  }
  const positional = [
    new Handle(state.shared.handle),
    ...argumentsFor(state, undefined, values.slice(0, -1)),
  ];
  const names = Object.keys(keywords);
  const given = names.map((name) => keywords[name]);
  if (relaxed) return askNamed('call_relaxed', positional, names, given);
  const called = new Handle(state.shared.handle);
  return scheduled(called, operateOn(NG_OPERATION_CALL, called, positional.slice(1), names, given));
}

interface CallOptions {
  readonly relaxed?: boolean;
  readonly kwargs?: boolean;
  readonly promising?: boolean;
}

/** What proxies have that can be called. */
export class CallableMethods {
  apply(receiver: unknown, values: unknown): unknown {
    // Function.prototype.apply takes null and undefined for no values.
    const given = (values ?? []) as unknown[];
    const list = Reflect.apply((...items: unknown[]) => items, undefined, given);
    return callProxy(self(this), receiver, list);
  }

  call(receiver: unknown, ...values: unknown[]): unknown {
    return callProxy(self(this), receiver, values);
  }

  callWithOptions(
    { relaxed = false, kwargs = false, promising = false }: CallOptions,
    ...values: unknown[]
  ): unknown {
    const run = (): unknown => {
      const state = self(this);
      if (kwargs) return callNamed(state, relaxed, values, "callWithOptions with 'kwargs: true'");
      if (!relaxed) return callProxy(state, undefined, values);
      const given = argumentsFor(state, undefined, values);
      return ask('call_relaxed', new Handle(state.shared.handle), ...given);
    };
    return promising ? Promise.resolve().then(run) : run();
  }

  callKwargs(...values: unknown[]): unknown {
    return callNamed(self(this), false, values, 'callKwargs');
  }

  callRelaxed(...values: unknown[]): unknown {
    return CallableMethods.prototype.callWithOptions.call(this, { relaxed: true }, ...values);
  }

  callKwargsRelaxed(...values: unknown[]): unknown {
    return callNamed(self(this), true, values, 'callKwargsRelaxed');
  }

  callPromising(...values: unknown[]): Promise<unknown> {
    return Promise.resolve().then(() => callProxy(self(this), undefined, values));
  }

  callPromisingKwargs(...values: unknown[]): Promise<unknown> {
    return Promise.resolve().then(() =>
      callNamed(self(this), false, values, 'callPromisingKwargs'),
    );
  }

  bind(receiver: unknown, ...values: unknown[]): object {
    const state = self(this);
    const before = state.bound;
    const bound = {
      receiver: before === undefined ? receiver : before.receiver,
      values: [...(before?.values ?? []), ...values],
    };
    return makeFrom(state.shared, { ...state, bound });
  }

  captureThis(): object {
    const state = self(this);
    return makeFrom(state.shared, { ...state, capturesThis: true });
  }
}
