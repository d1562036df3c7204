import { NogilError } from './error.js';
import {
  NG_COUNTS_DEFERRED,
  NG_COUNTS_DEFERRED_VISIBLE,
  NG_COUNTS_FREE_THREADED,
  NG_COUNTS_IMMORTAL,
  NG_STATUS_OK,
  NG_STATUS_UNSUPPORTED,
} from './generated/constants.js';
import { readLayout } from './leaf.js';
import { openCore, valueOf } from './objects.js';
import { statusError } from './status-error.js';

/** The references to one object. What a build does not have is null. */
export interface ReferenceParts {
  /**
   * What `sys.getrefcount` would say, called from C: a number when that is exact, else a bigint (deferred
   * counting adds about 2^60).
   */
  readonly count: number | bigint;
  /** Whether it is never counted and never freed: `None`, small ints. Always false before 3.12. */
  readonly immortal: boolean;
  /** Free-threaded: the references of the thread that owns it. */
  readonly local: number | null;
  /**
   * Free-threaded: the references of all other threads; below 0 when they have dropped more than they have
   * taken.
   */
  readonly shared: number | bigint | null;
  /** Free-threaded: the owner, by CPython's own number of a thread; null for an object that has none. */
  readonly owner: bigint | null;
  /**
   * Free-threaded: whether references from the stacks of Python functions are not counted, as for functions,
   * modules and classes. Null where this build does not show it.
   */
  readonly deferred: boolean | null;
}

/** A number when that is exact. */
function compact(value: bigint): number | bigint {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

/**
 * Where the object behind a handle is in memory.
 *
 * @param handle - of this thread
 * @returns an address, good until the handle is released
 * @throws NogilError `STALE_HANDLE`, `FOREIGN_HANDLE`, `UNSUPPORTED_BUILD` for an address beyond 2^53, and as
 *   {@link openCore}
 */
export function addressOf(handle: number): number {
  const address = valueOf(openCore().abiAddress(handle));
  const number = Number(address);
  if (Number.isSafeInteger(number)) return number;
  throw new NogilError(
    'UNSUPPORTED_BUILD',
    `the object is at 0x${address.toString(16)}: no number of JavaScript's holds that exactly`,
  );
}

/**
 * The references to an object, in parts. The handle's own is one of them. Other threads may be taking and
 * dropping references meanwhile: then the parts are of moments shortly after each other.
 *
 * @param handle - of this thread
 * @throws NogilError `STALE_HANDLE`, `FOREIGN_HANDLE`, `UNSUPPORTED_BUILD` with what did not add up when the
 *   layout was learnt, and as {@link openCore}
 * @remarks Any JS thread. Reads the object's memory and runs no Python.
 */
export function refcountParts(handle: number): ReferenceParts {
  const { status, count, owner, shared, local, flags } = openCore().abiRefcount(handle);
  if (status === NG_STATUS_UNSUPPORTED) readLayout(); // throws, with the reason
  if (status !== NG_STATUS_OK) throw statusError(status);
  const freeThreaded = (flags & NG_COUNTS_FREE_THREADED) !== 0;
  return {
    count: compact(count),
    immortal: (flags & NG_COUNTS_IMMORTAL) !== 0,
    local: freeThreaded ? local : null,
    shared: freeThreaded ? compact(shared) : null,
    owner: freeThreaded && owner !== 0n ? owner : null,
    deferred:
      (flags & NG_COUNTS_DEFERRED_VISIBLE) === 0 ? null : (flags & NG_COUNTS_DEFERRED) !== 0,
  };
}

/**
 * The references to an object, the handle's own included: what `sys.getrefcount` would say, called from C.
 *
 * @param handle - of this thread
 * @returns a number when that is exact, else a bigint
 * @throws NogilError as {@link refcountParts}
 * @remarks Any JS thread. Reads the object's memory and runs no Python.
 */
export function refcount(handle: number): number | bigint {
  return refcountParts(handle).count;
}
