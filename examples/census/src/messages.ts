/** What the main thread and a worker say to each other. */

/** Handed to a worker when it starts. */
export interface WorkerSetup {
  /** Paths in the order of the queue. */
  readonly files: readonly string[];
  /** Paths to measure before the first run. */
  readonly warmUp: readonly string[];
  /** The memory of the queue. */
  readonly queue: SharedArrayBuffer;
}

/** Main thread to worker. */
export type Order = { readonly kind: 'run'; readonly run: number } | { readonly kind: 'stop' };

/** One file's answer: its place in the queue, and the JSON text. */
export type Answer = readonly [index: number, json: string];

/** Worker to main thread. */
export type Report =
  /** Python and the module are loaded and warm. */
  | { readonly kind: 'warm' }
  /** Waiting at the barrier. */
  | { readonly kind: 'ready' }
  /** The queue is empty. `finished` is `process.hrtime.bigint()`, one clock for all threads. */
  | { readonly kind: 'done'; readonly finished: bigint; readonly answers: readonly Answer[] }
  /** Something that is not a property of a file. `file` is null outside of a file. */
  | { readonly kind: 'failed'; readonly file: string | null; readonly text: string };
