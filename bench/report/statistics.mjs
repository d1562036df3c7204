// @ts-check
import { interquartileRange, median } from 'simple-statistics';

/**
 * @typedef {object} Summary
 * @property {number} median
 * @property {number} spread - half the interquartile range, as a part of the median: 0.03 is ±3 %
 */

/**
 * @param {readonly number[]} samples
 * @returns {Summary | undefined} undefined where there are none
 */
export function summarize(samples) {
  if (samples.length === 0) return undefined;
  const middle = median([...samples]);
  return { median: middle, spread: interquartileRange([...samples]) / 2 / middle };
}

/**
 * How many times as much one column needs as another: the median of the rounds' ratios. What slows a machine for some
 * rounds slows both, and divides out.
 *
 * @param {readonly number[]} samples
 * @param {readonly number[]} others - of the same rounds
 * @returns {number | undefined} undefined where one has none
 */
export function ratio(samples, others) {
  const rounds = Math.min(samples.length, others.length);
  if (rounds === 0) return undefined;
  return median(Array.from({ length: rounds }, (_, i) => Number(samples[i]) / Number(others[i])));
}
