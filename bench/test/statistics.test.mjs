// @ts-check
import { expect, test } from 'vitest';
import { ratio, summarize } from '../report/statistics.mjs';

test('rounds that were disturbed do not change the figure, only the spread', () => {
  const calm = summarize([10, 11, 10, 11, 10]);
  const disturbed = summarize([10, 21, 20, 22, 20]);
  expect(calm).toEqual({ least: 10, spread: 0 });
  expect(disturbed).toEqual({ least: 10, spread: 1 });
});

test('no samples are no figure', () => {
  expect(summarize([])).toBeUndefined();
  expect(ratio([], [1, 2])).toBeUndefined();
  expect(ratio([1, 2], [])).toBeUndefined();
});

test('a ratio does not depend on which rounds of which column were disturbed', () => {
  expect(ratio([30, 15, 30, 30], [20, 20, 10, 20])).toBe(1.5);
  expect(ratio([15, 30, 15, 15], [20, 20, 20, 10])).toBe(1.5);
});
