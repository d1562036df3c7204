/** Whether every run found the same. */
import type { FileRecord } from './record.js';

/** The first file on which two runs disagree. */
export interface Difference {
  readonly file: string;
  readonly workers: number;
  /** From 0. */
  readonly round: number;
}

/**
 * Compares a run with the first one, file by file, by digest.
 *
 * @param names - the names of the files, in the order of the queue
 * @param expected - the records of the first run
 * @param found - the records of the run to check
 * @param run - which run that is
 * @returns the first file that differs, or null
 */
export function findDifference(
  names: readonly string[],
  expected: readonly FileRecord[],
  found: readonly FileRecord[],
  run: { readonly workers: number; readonly round: number },
): Difference | null {
  const index = names.findIndex((_, at) => expected[at]?.digest !== found[at]?.digest);
  const file = names[index];
  return file === undefined ? null : { file, workers: run.workers, round: run.round };
}
