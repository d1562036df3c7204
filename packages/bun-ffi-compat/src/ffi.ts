import type { Backend } from './backend.js';
import { type Functions, makeFunctions } from './functions.js';
import { makeMemory, type Memory } from './memory.js';

/** All of the API that needs a host. */
export type Ffi = Functions & Memory;

/**
 * The API on a backend.
 *
 * @param makeBackend - called once, at the first use
 */
export function makeFfi(makeBackend: () => Backend): Ffi {
  let made: Backend | undefined;
  const backend = () => (made ??= makeBackend());
  const { memory, texts } = makeMemory(backend);
  return { ...memory, ...makeFunctions(backend, texts) };
}
