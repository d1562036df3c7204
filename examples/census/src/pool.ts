/** The worker threads, and one timed run on some of them. */
import { Worker } from 'node:worker_threads';
import { CensusError } from './census-error.js';
import type { Order, Report, WorkerSetup } from './messages.js';
import { WorkQueue } from './work-queue.js';

/** What one run gave. */
export interface RunResult {
  /** From the opening of the barrier until the last worker found the queue empty. */
  readonly seconds: number;
  /** The JSON text of each file, in the order of the queue. */
  readonly answers: readonly string[];
}

/** A worker thread that answers each order with reports, one at a time. */
class CensusWorker {
  readonly #worker: Worker;
  readonly #exited: Promise<void>;
  readonly #inbox: Report[] = [];
  #failure: Error | null = null;
  #waiting: { resolve(report: Report): void; reject(error: Error): void } | null = null;

  constructor(script: URL, setup: WorkerSetup, number: number) {
    this.#worker = new Worker(script, { workerData: setup, name: `census-${number}` });
    this.#worker.on('message', (report: Report) => {
      if (report.kind === 'failed') {
        const where = report.file === null ? '' : ` while measuring ${report.file}`;
        this.#fail(new CensusError(`Worker ${number} failed${where}:\n${report.text}`));
      } else if (this.#waiting) {
        this.#waiting.resolve(report);
        this.#waiting = null;
      } else {
        this.#inbox.push(report);
      }
    });
    this.#worker.on('messageerror', (error) => {
      this.#fail(error);
    });
    this.#worker.on('error', (error) => {
      this.#fail(new CensusError(`Worker ${number} failed:\n${error.stack ?? error.message}`));
    });
    this.#exited = new Promise((resolve) => {
      this.#worker.on('exit', (code) => {
        this.#fail(new CensusError(`Worker ${number} ended unexpectedly, with exit code ${code}.`));
        resolve();
      });
    });
  }

  /** The first failure counts; what follows from it is of no interest. */
  #fail(error: Error): void {
    this.#failure ??= error;
    this.#waiting?.reject(this.#failure);
    this.#waiting = null;
  }

  send(order: Order): void {
    this.#worker.postMessage(order);
  }

  /** The next report, which must be of the given kind. Rejects if the worker fails or ends first. */
  async expect<K extends Report['kind']>(kind: K): Promise<Extract<Report, { kind: K }>> {
    const report =
      this.#inbox.shift() ??
      (await new Promise<Report>((resolve, reject) => {
        if (this.#failure) reject(this.#failure);
        else this.#waiting = { resolve, reject };
      }));
    if (report.kind !== kind) {
      throw new Error(`expected '${kind}' from a worker, got '${report.kind}'`);
    }
    return report as Extract<Report, { kind: K }>;
  }

  /** Ends the thread: in order if it is idle, by force if anything failed. */
  async stop(byForce: boolean): Promise<void> {
    if (byForce) await this.#worker.terminate();
    else this.send({ kind: 'stop' });
    await this.#exited;
  }
}

/** A fixed number of workers that share one queue of files. */
export class WorkerPool {
  readonly #queue = new WorkQueue();
  readonly #workers: CensusWorker[];
  readonly #length: number;
  #run = 0;
  #broken = false;

  /**
   * Starts the threads; {@link WorkerPool.warm} waits for them.
   *
   * @param size - how many threads
   * @param files - paths in the order of the queue
   * @param warmUp - paths each worker measures before its first run
   * @param script - the body of the threads
   */
  constructor(
    size: number,
    files: readonly string[],
    warmUp: readonly string[],
    script: URL = new URL('./worker.js', import.meta.url),
  ) {
    this.#length = files.length;
    const setup: WorkerSetup = { files, warmUp, queue: this.#queue.memory };
    this.#workers = Array.from(
      { length: size },
      (_, index) => new CensusWorker(script, setup, index + 1),
    );
  }

  /** Waits until every worker has loaded Python and measured its warm-up files. */
  async warm(): Promise<void> {
    await this.#watched(Promise.all(this.#workers.map((worker) => worker.expect('warm'))));
  }

  /** How many files of the current run were taken from the queue; 0 between runs. */
  get progress(): number {
    return Math.min(this.#queue.taken, this.#length);
  }

  /**
   * Measures all files once. The clock starts when all workers stand at the barrier, so loading and
   * warming up are not in it; it stops before the answers travel to the main thread.
   *
   * @param count - how many of the workers take part; the others sleep
   * @throws CensusError if a worker fails, with the Python traceback
   */
  async run(count: number): Promise<RunResult> {
    const workers = this.#workers.slice(0, count);
    this.#run += 1;
    const run = this.#run;
    for (const worker of workers) worker.send({ kind: 'run', run });
    await this.#watched(Promise.all(workers.map((worker) => worker.expect('ready'))));
    const finishing = Promise.all(workers.map((worker) => worker.expect('done')));
    const began = process.hrtime.bigint();
    this.#queue.open(run);
    const reports = await this.#watched(finishing);
    this.#queue.reset();
    const last = reports.reduce((max, { finished }) => (finished > max ? finished : max), began);
    return {
      seconds: Number(last - began) / 1e9,
      answers: reports
        .flatMap((report) => report.answers)
        .sort(([a], [b]) => a - b)
        .map(([, json]) => json),
    };
  }

  /** Ends all threads and waits for them. */
  async close(): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.stop(this.#broken)));
  }

  /** After one failure no worker can be asked to stop: some may wait at the barrier for ever. */
  async #watched<T>(promise: Promise<T>): Promise<T> {
    try {
      return await promise;
    } catch (error) {
      this.#broken = true;
      throw error;
    }
  }
}
