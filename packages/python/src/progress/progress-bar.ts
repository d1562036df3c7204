/**
 * A progress bar on a terminal, plain lines anywhere else. `log-update` does the terminal part: it keeps
 * the cursor, wraps at the width and restores both when the process ends.
 */
import type { Writable } from 'node:stream';
import { createLogUpdate } from 'log-update';

/** A stream a bar can be drawn on: `process.stderr`, or any writable stream. */
export interface ProgressStream extends Writable {
  readonly isTTY?: boolean;
  readonly columns?: number;
}

/** How a bar behaves; the defaults are right for programs. */
export interface ProgressBarOptions {
  /** Milliseconds between two frames on a terminal. */
  readonly frameInterval?: number;
  /** Milliseconds between two lines where there is no terminal. */
  readonly lineInterval?: number;
  /** A clock in milliseconds, for tests. */
  readonly now?: () => number;
}

/**
 * Draws progress as `label ███████░░░ 71 %  12 s left`.
 *
 * Writes nothing until the first `update`. Call `done` at the end, also after a failure, or the
 * terminal keeps a half-drawn bar.
 */
export class ProgressBar {
  readonly #stream: ProgressStream;
  readonly #frameInterval: number;
  readonly #lineInterval: number;
  readonly #now: () => number;
  readonly #draw: ReturnType<typeof createLogUpdate> | undefined;
  #started: number | undefined;
  #last = Number.NEGATIVE_INFINITY;
  #label = '';
  #line = '';

  /**
   * @param stream - where to draw; a bar needs `isTTY`
   * @param options - timing
   */
  constructor(stream: ProgressStream, options: ProgressBarOptions = {}) {
    this.#stream = stream;
    this.#frameInterval = options.frameInterval ?? 80;
    this.#lineInterval = options.lineInterval ?? 10_000;
    this.#now = options.now ?? Date.now;
    // A terminal that claims no width (some containers) would show nothing at all.
    const terminal = stream.isTTY === true && stream.columns !== 0;
    this.#draw = terminal ? createLogUpdate(stream) : undefined;
  }

  /**
   * Shows how far the work is.
   *
   * @param label - what is being done; a new label is shown at once
   * @param done - how much is done
   * @param total - how much there is, in the same unit
   * @param secondsLeft - an estimate; by default worked out from the speed so far
   */
  update(label: string, done: number, total: number, secondsLeft?: number): void {
    const now = this.#now();
    this.#started ??= now;
    const fraction = total > 0 ? Math.max(0, Math.min(1, done / total)) : 0;
    const elapsed = (now - this.#started) / 1000;
    const left = secondsLeft ?? (fraction > 0 ? (elapsed / fraction) * (1 - fraction) : undefined);
    const due =
      now - this.#last >= (this.#draw === undefined ? this.#lineInterval : this.#frameInterval);
    const time = left === undefined ? '' : `${formatSeconds(left)} left`;
    const percent = `${Math.floor(fraction * 100)} %`;
    this.#line = [label, this.#draw === undefined ? '' : bar(fraction), percent, time]
      .filter((part) => part !== '')
      .join('  ');
    if (due || label !== this.#label || fraction === 1) {
      this.#show(label, now);
    }
  }

  /** Writes a line that stays, above the bar. */
  note(text: string): void {
    if (this.#draw === undefined) {
      this.#stream.write(`${text}\n`);
    } else {
      this.#draw.persist(text);
    }
  }

  /** Ends the bar and leaves its last state, or the given text, on the screen. Twice is fine. */
  done(text?: string): void {
    if (this.#draw !== undefined) {
      this.#draw(text ?? this.#line);
      this.#draw.done();
    } else if (text !== undefined) {
      this.#stream.write(`${text}\n`);
    }
    this.#line = '';
  }

  #show(label: string, now: number): void {
    this.#last = now;
    this.#label = label;
    if (this.#draw === undefined) {
      this.#stream.write(`${this.#line}\n`);
    } else {
      this.#draw(this.#line);
    }
  }
}

/**
 * Writes a duration for people.
 *
 * @param seconds - zero or more
 * @returns `8 s` or `1 min 40 s`
 */
export function formatSeconds(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`;
}

function bar(fraction: number): string {
  const width = 24;
  const full = Math.round(fraction * width);
  return '█'.repeat(full) + '░'.repeat(width - full);
}
