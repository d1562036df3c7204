// @ts-check
import { afterEach, expect, test, vi } from 'vitest';
import { sampler } from '../columns/sample.mjs';

/** A clock that only work moves, by so many milliseconds. */
let clock = 0;

/** @param {(time: number) => number} cost - of the work that is done then */
function work(cost) {
  clock = 0;
  vi.spyOn(performance, 'now').mockImplementation(() => clock);
  return () => {
    clock += cost(clock);
  };
}

afterEach(() => {
  vi.restoreAllMocks();
});

/** Disturbed from its tenth millisecond on. */
const disturbed = (/** @type {number} */ time) => (time < 10 ? 0.02 : 0.04);

test('a sample is a mean', async () => {
  const mean = await sampler({ run: work(disturbed) })(30, false);
  expect(mean).toBeGreaterThan(25_000);
  expect(mean).toBeLessThan(35_000);
});

test('a sliced one is its fastest slice, and no look at the clock decides it', async () => {
  expect(await sampler({ run: work(disturbed), per: 10 })(30, true)).toBeCloseTo(2000);
  const first = (/** @type {number} */ time) => (time === 0 ? 0.001 : 0.02);
  expect(await sampler({ run: work(first) })(30, true)).toBeCloseTo(20_000);
});
