/** The arithmetic on times. */

/** The times of one number of workers. */
export interface Timing {
  readonly workers: number;
  /** Median over the rounds. */
  readonly seconds: number;
  /** Every round, in order. */
  readonly rounds: readonly number[];
  /** (slowest − fastest) ÷ median; 0 with one round. */
  readonly spread: number;
  /** How many times faster than the first entry, median against median. */
  readonly speedup: number;
}

/** The middle value; of an even number of values the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const upper = sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
  const lower = sorted[Math.ceil(sorted.length / 2) - 1] ?? Number.NaN;
  return (lower + upper) / 2;
}

/**
 * Sums up rounds.
 *
 * @param rounds - seconds per round for each number of workers; the first is the one to compare with
 */
export function summarize(rounds: ReadonlyMap<number, readonly number[]>): Timing[] {
  const medians = [...rounds.values()].map(median);
  const base = medians[0] ?? Number.NaN;
  return [...rounds].map(([workers, values], index) => {
    const seconds = medians[index] ?? Number.NaN;
    return {
      workers,
      seconds,
      rounds: values,
      spread: (Math.max(...values) - Math.min(...values)) / seconds,
      speedup: base / seconds,
    };
  });
}

/** `9.8 s`, `0.42 s`: enough digits to compare, no more. */
export function formatSeconds(seconds: number): string {
  return `${seconds.toFixed(seconds < 1 ? 2 : 1)} s`;
}

/** `1 worker`, `2 workers`. */
export function formatWorkers(count: number): string {
  return count === 1 ? '1 worker' : `${count} workers`;
}

/**
 * One line for all numbers of workers: `1 worker 9.8 s, 2 workers 5.1 s: 1.92 ×`, and with more than
 * two `1 worker 9.8 s, 2 workers 5.1 s (1.92 ×), 4 workers 2.7 s (3.63 ×)`.
 */
export function formatTimings(timings: readonly Timing[]): string {
  const [first, second] = timings;
  const plain = (timing: Timing): string =>
    `${formatWorkers(timing.workers)} ${formatSeconds(timing.seconds)}`;
  if (!first) return '';
  if (timings.length === 2 && second) {
    return `${plain(first)}, ${plain(second)}: ${second.speedup.toFixed(2)} ×`;
  }
  const others = timings
    .slice(1)
    .map((timing) => `${plain(timing)} (${timing.speedup.toFixed(2)} ×)`);
  return [plain(first), ...others].join(', ');
}
