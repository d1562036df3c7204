import type * as Module from '../../src/index.js';

/** The package, as its users see it. */
export type Ffi = typeof Module;

/** One promise. It throws when the promise is broken. */
export type Case = (ffi: Ffi) => void | Promise<void>;

/** The C library that contract.test.ts compiles. */
export const library = process.env.FFI_CONTRACT_LIBRARY ?? '';
/** A copy of it. */
export const libraryAlone = library.replace(/\.so$/, '-alone.so');
/** The C library of the system. */
export const libc = process.platform === 'darwin' ? 'libSystem.B.dylib' : 'libc.so.6';

export const isBun = process.versions.bun !== undefined;

/** Collects garbage. Finalizers run in later turns of the event loop. */
export function collect(): void {
  const engine = globalThis as { Bun?: { gc(force: boolean): void }; gc?: () => void };
  if (engine.Bun !== undefined) engine.Bun.gc(true);
  else if (engine.gc !== undefined) engine.gc();
  else throw new Error('start Node with --expose-gc');
}

/** Lets the event loop turn until something holds. Throws when it does not within 20 s. */
export async function until(
  holds: () => boolean,
  meanwhile: () => void = () => undefined,
): Promise<void> {
  const deadline = Date.now() + 20_000;
  while (!holds()) {
    if (Date.now() > deadline) throw new Error(`not within 20 s: ${holds.toString()}`);
    // In a turn of its own: what a WeakRef gave is held until the end of the turn.
    await new Promise((resolve) => setTimeout(resolve, 1));
    meanwhile();
  }
}
