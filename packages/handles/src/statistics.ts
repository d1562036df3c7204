import { loadCore } from '@nogil/abi';

/** One JS thread's share of the table. */
export interface ThreadHandles {
  /** Its number: the `owner` of a {@link HandleHistory}. */
  readonly environment: number;
  /** Its live handles. */
  readonly live: number;
  /** The most it ever had at a time. */
  readonly peak: number;
}

/** Figures of the whole process, each a moment's view. */
export interface HandleStatistics {
  /** Live handles of all living JS threads. */
  readonly live: number;
  /** The sum of each living thread's highest number of handles. */
  readonly peak: number;
  /** Live tokens. */
  readonly shared: number;
  /** The most tokens there were at a time. */
  readonly sharedPeak: number;
  /** Handles given up on purpose, because their thread ended after Python began to finalize. */
  readonly leaked: number;
  /** Memory of the table, in bytes. That of handles shrinks after a peak, that of tokens is used again. */
  readonly bytes: number;
  /** Each JS thread that uses Python now. */
  readonly environments: readonly ThreadHandles[];
}

/**
 * Figures of the handle table.
 *
 * @throws NogilError `CORE_NOT_FOUND`, `CORE_UNUSABLE`
 * @remarks Any JS thread, also before Python was started: then all of them are 0.
 */
export function handleStatistics(): HandleStatistics {
  return loadCore().handleStatistics();
}
