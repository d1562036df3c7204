import { cellOf } from '../proxy/handle-cell.js';
import type { PythonError } from './python-error.js';

/**
 * Errors that went into Python and may come back, by their exceptions' addresses: an error holds its exception, so
 * the address is no other's while the error lives. This thread's own.
 */
const travelling = new Map<number, WeakRef<PythonError>>();
const collected = new FinalizationRegistry<number>((identity) => {
  if (travelling.get(identity)?.deref() === undefined) travelling.delete(identity);
});

/** Notes that an error goes into Python. */
export function expectBack(error: PythonError, identity: number): void {
  if (travelling.get(identity)?.deref() === error) return;
  travelling.set(identity, new WeakRef(error));
  collected.register(error, identity);
}

/** The error that an exception was before. */
export function cameBack(identity: number): PythonError | undefined {
  if (travelling.size === 0) return undefined;
  const error = travelling.get(identity)?.deref();
  // Released meanwhile: then it no longer vouches for the address.
  return error !== undefined && cellOf(error)?.handle !== 0 ? error : undefined;
}
