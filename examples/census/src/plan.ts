/** Decides in which order files are measured and numbers of workers take turns. */
import type { SourceFile } from './folder.js';

/** One timed run. */
export interface PlannedRun {
  /** From 0. */
  readonly round: number;
  readonly workers: number;
}

/**
 * The order of the queue: largest file first, equal sizes by name. All workers take from its front,
 * so the small files at its end fill the gaps and the workers finish together.
 *
 * @param files - the files, in any order
 * @returns a new array
 */
export function orderFiles(files: readonly SourceFile[]): SourceFile[] {
  return [...files].sort((a, b) => b.size - a.size || (a.name < b.name ? -1 : 1));
}

/**
 * The files each worker measures before the clock starts: every fortieth, of all sizes. On a
 * free-threaded build each thread specializes its own copy of the byte code, so each has to warm up.
 *
 * @param files - the files in the order of the queue
 */
export function chooseWarmUp(files: readonly SourceFile[]): SourceFile[] {
  return files.filter((_, index) => index % 40 === 0);
}

/**
 * All runs in order. Each round times every number of workers once, and every other round backwards:
 * a machine that becomes slower or faster meanwhile does so for all of them.
 *
 * @param workers - numbers of workers to compare
 * @param rounds - times each of them is measured
 */
export function scheduleRuns(workers: readonly number[], rounds: number): PlannedRun[] {
  return Array.from({ length: rounds }, (_, round) =>
    (round % 2 === 0 ? workers : [...workers].reverse()).map((count) => ({
      round,
      workers: count,
    })),
  ).flat();
}
