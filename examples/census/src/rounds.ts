/** Runs the census as often as planned and checks that it always finds the same. */
import { type Difference, findDifference } from './check.js';
import type { SourceFile } from './folder.js';
import { chooseWarmUp, scheduleRuns } from './plan.js';
import { WorkerPool } from './pool.js';
import type { Progress } from './progress.js';
import { type FileRecord, parseRecord } from './record.js';
import { formatSeconds, formatWorkers, summarize, type Timing } from './timing.js';

/** What all runs together gave. */
export interface Outcome {
  /** The records of the first run, in the order of the queue. */
  readonly records: readonly FileRecord[];
  readonly timings: readonly Timing[];
  /** Null if all runs agree on all files. */
  readonly difference: Difference | null;
}

/**
 * Measures all files with each number of workers, in turn.
 *
 * @param python - which Python it is, for the progress: `3.14.5t`
 * @param files - the files in the order of the queue
 * @param workers - numbers of workers, ascending
 * @param rounds - how often each is timed
 * @param progress - where to show how far it is
 * @throws CensusError if a worker fails
 */
export async function runRounds(
  python: string,
  files: readonly SourceFile[],
  workers: readonly number[],
  rounds: number,
  progress: Progress,
): Promise<Outcome> {
  const names = files.map((file) => file.name);
  const times = new Map(workers.map((count): [number, number[]] => [count, []]));
  const pool = new WorkerPool(
    Math.max(...workers),
    files.map((file) => file.path),
    chooseWarmUp(files).map((file) => file.path),
  );
  let records: FileRecord[] | null = null;
  let difference: Difference | null = null;
  try {
    const began = performance.now();
    progress.begin(`${python}: start and warm up, not counted`, 0, () => 0);
    await pool.warm();
    progress.end(formatSeconds((performance.now() - began) / 1000));
    for (const run of scheduleRuns(workers, rounds)) {
      const round = rounds === 1 ? '' : `, round ${run.round + 1} of ${rounds}`;
      const label = `${python}: ${formatWorkers(run.workers)}${round}`;
      progress.begin(label, files.length, () => pool.progress);
      const result = await pool.run(run.workers);
      progress.end(formatSeconds(result.seconds));
      times.get(run.workers)?.push(result.seconds);
      const found = result.answers.map(parseRecord);
      records ??= found;
      difference ??= findDifference(names, records, found, run);
    }
  } finally {
    progress.close();
    await pool.close();
  }
  return { records: records ?? [], timings: summarize(times), difference };
}
