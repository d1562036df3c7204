// @ts-check
import { expect, test } from 'vitest';
import { ratio, summarize } from '../report/statistics.mjs';

test('a round that was disturbed changes neither median nor spread', () => {
  const calm = summarize([10, 11, 10, 11, 10, 11, 10]);
  const disturbed = summarize([10, 11, 10, 11, 10, 11, 900]);
  expect(calm?.median).toBe(10);
  expect(disturbed?.median).toBe(11);
  expect(disturbed?.spread).toBeLessThan(0.06);
});

test('no samples are no figure', () => {
  expect(summarize([])).toBeUndefined();
  expect(ratio([], [1, 2])).toBeUndefined();
});

test('what slows a machine for some rounds divides out of a ratio', () => {
  const floor = [10, 40, 10, 40, 40];
  const own = floor.map((time) => time * 1.5);
  expect(ratio(own, floor)).toBeCloseTo(1.5);
});

test('a ratio is of rounds that both have', () => {
  expect(ratio([20, 20, 20], [10, 10])).toBe(2);
});
