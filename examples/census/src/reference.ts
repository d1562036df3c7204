/** Times plain Python threads on the same files: what the interpreter itself can do. */
import { join } from 'node:path';
import { runChild } from './child-process.js';
import { PYTHON_FOLDER } from './interpreter.js';
import { summarize, type Timing } from './timing.js';

/** What to time. */
export interface ReferenceRequest {
  /** The Python that ran the census. */
  readonly executable: string;
  /** Paths in the order of the queue. */
  readonly files: readonly string[];
  readonly warmUp: readonly string[];
  /** Numbers of threads. */
  readonly workers: readonly number[];
  readonly rounds: number;
}

/**
 * Runs `python/threads.py` with the same Python in a process of its own.
 *
 * @param request - the same plan as that of the census
 * @throws Error if Python fails; its traceback is on standard error
 */
export async function timeReference(request: ReferenceRequest): Promise<Timing[]> {
  const { executable, files, warmUp, workers, rounds } = request;
  const output = await runChild({
    command: executable,
    args: ['-B', join(PYTHON_FOLDER, 'threads.py')],
    input: JSON.stringify({ files, warmUp, workers, rounds }),
  });
  const times = JSON.parse(output) as number[][];
  return summarize(new Map(workers.map((count, index) => [count, times[index] ?? []])));
}
