import type { Backend } from './backend.js';
import { type JSCallbackConstructor, makeJSCallback } from './callbacks.js';
import { CallScope } from './call-scope.js';
import { FunctionMaker } from './functions.js';
import { type Libraries, makeLibraries } from './libraries.js';
import { makeMemory, type Memory } from './memory.js';

/** All of the API that needs a host. */
export interface Ffi extends Libraries, Memory {
  readonly JSCallback: JSCallbackConstructor;
}

/** As an uncaught exception, with nothing of JavaScript's beneath. */
function throwLater(error: unknown): void {
  setImmediate(() => {
    throw error;
  });
}

/**
 * The API on a backend.
 *
 * @param makeBackend - called once, at the first use
 * @param report - told of errors of callbacks that no C call of this API can throw
 */
export function makeFfi(makeBackend: () => Backend, report = throwLater): Ffi {
  let made: Backend | undefined;
  const backend = () => (made ??= makeBackend());
  const { memory, texts } = makeMemory(backend);
  const scope = new CallScope(report);
  return {
    ...memory,
    ...makeLibraries(backend, scope, new FunctionMaker(scope, texts)),
    JSCallback: makeJSCallback(backend, scope, texts),
  };
}
