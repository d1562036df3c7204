import { describe, expect, it } from 'vitest';
import { formatTimings, median, summarize } from '../src/timing.js';

describe('median', () => {
  it('is the middle value, or the mean of the two in the middle', () => {
    expect(median([9, 1, 5])).toBe(5);
    expect(median([4, 1, 3, 2])).toBe(2.5);
    expect(median([7])).toBe(7);
  });
});

describe('summarize', () => {
  it('compares medians with that of the first number of workers', () => {
    const [one, two] = summarize(
      new Map([
        [1, [10, 30, 12]],
        [2, [6, 5, 6]],
      ]),
    );
    expect(one).toEqual({
      workers: 1,
      seconds: 12,
      rounds: [10, 30, 12],
      spread: 20 / 12,
      speedup: 1,
    });
    expect(two).toMatchObject({ seconds: 6, speedup: 2 });
  });
});

describe('formatTimings', () => {
  const times = (entries: [number, number][]): string =>
    formatTimings(summarize(new Map(entries.map(([count, seconds]) => [count, [seconds]]))));

  it('puts two numbers of workers in one line with the speed-up', () => {
    expect(times([[1, 9.8], [2, 5.1]])).toBe('1 worker 9.8 s, 2 workers 5.1 s: 1.92 ×'); // prettier-ignore
  });

  it('gives each of more its own speed-up', () => {
    expect(times([[1, 8], [2, 4], [4, 2]])).toBe('1 worker 8.0 s, 2 workers 4.0 s (2.00 ×), 4 workers 2.0 s (4.00 ×)'); // prettier-ignore
  });

  it('has no speed-up for one', () => {
    expect(times([[2, 0.417]])).toBe('2 workers 0.42 s');
  });
});
