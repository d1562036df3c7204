// @ts-check
// Other programs, and on a rented machine other tenants of the same processor, only ever make work slower: by a factor of
// two, for a hundredth of a second or for a second at a time (docs/performance.md). The median of the rounds is then what
// the others did, and a ratio of medians, or the median of ratios, may be of a disturbed and an undisturbed sample. The
// fastest round is the one that was disturbed least.
import { median, min } from 'simple-statistics';

/**
 * @typedef {object} Summary
 * @property {number} least - of the fastest round
 * @property {number} spread - how much more the median round took, as a part of the least: 0.03 is 3 %
 */

/**
 * @param {readonly number[]} samples
 * @returns {Summary | undefined} undefined where there are none
 */
export function summarize(samples) {
  if (samples.length === 0) return undefined;
  const least = min([...samples]);
  return { least, spread: median([...samples]) / least - 1 };
}

/**
 * How many times as much one column needs as another, in the round that was fastest for each.
 *
 * @param {readonly number[]} samples
 * @param {readonly number[]} others
 * @returns {number | undefined} undefined where one has none
 */
export function ratio(samples, others) {
  const [own, other] = [summarize(samples), summarize(others)];
  return own && other && own.least / other.least;
}
