/** Shows on standard error how far the run is. */
import { createLogUpdate } from 'log-update';
import { formatSeconds } from './timing.js';

/** Somewhere to show progress. */
export interface Progress {
  /**
   * A step begins that takes a while.
   *
   * @param label - what it is, such as `2 workers, round 1 of 3`
   * @param total - how many files it has; 0 if that is not known
   * @param done - asks how many of them are done
   */
  begin(label: string, total: number, done: () => number): void;
  /** The step is over. @param result - what came out, such as `5.1 s` */
  end(result: string): void;
  /** Nothing follows: also after a failure, in the middle of a step. */
  close(): void;
}

const BAR_WIDTH = 28;
const REDRAW_MS = 100;

/**
 * A bar on a terminal, a line per finished step elsewhere.
 *
 * @param stream - standard error
 */
export function openProgress(stream: NodeJS.WriteStream): Progress {
  return stream.isTTY ? new BarProgress(stream) : new LineProgress(stream);
}

/** For logs and pipes. */
class LineProgress implements Progress {
  #label = '';

  constructor(readonly stream: NodeJS.WritableStream) {}

  begin(label: string): void {
    this.#label = label;
  }

  end(result: string): void {
    this.stream.write(`${this.#label}: ${result}\n`);
  }

  close(): void {
    this.#label = '';
  }
}

/** For a person who waits. */
class BarProgress implements Progress {
  readonly #update: ReturnType<typeof createLogUpdate>;
  #label = '';
  #timer: NodeJS.Timeout | null = null;

  constructor(stream: NodeJS.WriteStream) {
    this.#update = createLogUpdate(stream);
  }

  begin(label: string, total: number, done: () => number): void {
    const began = performance.now();
    const draw = (): void => {
      const seconds = (performance.now() - began) / 1000;
      this.#update(formatBar(label, done(), total, seconds));
    };
    this.#label = label;
    draw();
    this.#timer = setInterval(draw, REDRAW_MS);
  }

  end(result: string): void {
    this.#stopTimer();
    this.#update(`${this.#label}: ${result}`);
    this.#update.done();
  }

  close(): void {
    if (this.#timer === null) return;
    this.#stopTimer();
    this.#update.clear();
    this.#update.done();
  }

  #stopTimer(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
  }
}

/**
 * `2 workers  ━━━━━━━━──────────  43 %  795 of 1848 files, 3.1 s`
 *
 * @param label - what is going on
 * @param done - how many files are done
 * @param total - how many there are; 0 shows no bar
 * @param seconds - since the step began
 */
export function formatBar(label: string, done: number, total: number, seconds: number): string {
  const clock = formatSeconds(seconds);
  if (total === 0) return `${label}  ${clock}`;
  const share = Math.min(1, done / total);
  const filled = Math.round(share * BAR_WIDTH);
  const bar = '━'.repeat(filled) + '─'.repeat(BAR_WIDTH - filled);
  const percent = `${Math.floor(share * 100)} %`.padStart(5);
  return `${label}  ${bar} ${percent}  ${done} of ${total} files, ${clock}`;
}
