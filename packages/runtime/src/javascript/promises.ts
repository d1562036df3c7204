import { inspect, types } from 'node:util';

/** What became of a promise that Python has. */
interface Watched {
  rejection: { readonly reason: unknown } | undefined;
  awaited: boolean;
}

const watched = new WeakMap<object, Watched>();

/**
 * Takes a promise that goes to Python for handled: Python may await it on a thread of its own, which is later than
 * the engine waits before it takes the process down. Instead there is a warning when Python has dropped it.
 */
export function watchPromise(value: object): void {
  if (!types.isPromise(value) || watched.has(value)) return;
  const state: Watched = { rejection: undefined, awaited: false };
  watched.set(value, state);
  // The language's own `then`: that of a derived class may do anything.
  // eslint-disable-next-line @typescript-eslint/unbound-method -- it is given its `this`
  void Reflect.apply(Promise.prototype.then, value, [
    undefined,
    (reason: unknown) => {
      state.rejection = { reason };
    },
  ]);
}

/** Python gets to know what becomes of it. */
export function promiseIsAwaited(value: object): void {
  const state = watched.get(value);
  if (state !== undefined) state.awaited = true;
}

/** Python no longer has it. */
export function forgetPromise(value: object): void {
  const state = watched.get(value);
  if (state?.rejection === undefined || state.awaited) return;
  state.awaited = true; // once
  process.emitWarning(
    `a promise that Python had was rejected, and Python never awaited it: ${inspect(state.rejection.reason)}`,
    'NogilWarning',
  );
}
