/** Shows an installation's progress events with a {@link ProgressBar}. */
import type { ProgressEvent } from './events.js';
import { ProgressBar, type ProgressBarOptions, type ProgressStream } from './progress-bar.js';

/** Draws events until it is closed. */
export interface ProgressReporter {
  /** Give this to `installPython` as `onProgress`. */
  readonly onProgress: (event: ProgressEvent) => void;
  /** Ends the bar, with a last line if one is given. Call it after success and after failure. */
  close(text?: string): void;
}

/**
 * Makes a reporter: a bar with phase and remaining time on a terminal, elsewhere a line per phase and
 * one about every ten seconds.
 *
 * @param stream - usually `process.stderr`
 * @param options - timing
 * @returns the reporter
 */
export function createProgressReporter(
  stream: ProgressStream,
  options: ProgressBarOptions = {},
): ProgressReporter {
  const bar = new ProgressBar(stream, options);
  let message = '';
  return {
    onProgress(event) {
      if (event.message !== message) {
        message = event.message;
        bar.note(`[${event.phaseIndex}/${event.phaseCount}] ${message}`);
      }
      bar.update(event.phase, event.fraction, 1, event.estimateSeconds);
    },
    close(text) {
      bar.done(text);
    },
  };
}
