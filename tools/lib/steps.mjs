// @ts-check
import { report } from './failure.mjs';

/**
 * Named steps that report and count their failures instead of ending the run.
 */
export function steps() {
  /** @type {string[]} */
  const failures = [];
  /**
   * @param {string} name
   * @param {() => Promise<number | void>} work - fails by throwing or by a code other than 0
   * @returns {Promise<boolean>} whether it went well
   */
  async function step(name, work) {
    console.error(`\n── ${name}`);
    try {
      const code = (await work()) ?? 0;
      if (code === 0) return true;
    } catch (error) {
      report(error);
    }
    failures.push(name);
    return false;
  }
  return { step, failures };
}

/**
 * Prints what each project's tests came to, and the closing line, alone, last.
 *
 * @param {import('./results.mjs').Tally[]} tallies
 * @param {number} failedSteps
 * @returns {number} the exit code
 */
export function closingLine(tallies, failedSteps) {
  const width = Math.max(0, ...tallies.map(({ name }) => name.length));
  for (const total of tallies) {
    console.log(`${total.name.padEnd(width)}  ${summary(total)}`);
    for (const note of total.notes) console.log(`${' '.repeat(width)}  ${note}`);
  }
  const sum = (/** @type {'passed' | 'failed' | 'skipped'} */ key) =>
    tallies.reduce((total, tally) => total + tally[key], 0);
  const all = {
    passed: sum('passed'),
    failed: sum('failed') + failedSteps,
    skipped: sum('skipped'),
  };
  console.log(summary(all));
  return all.failed === 0 ? 0 : 1;
}

/** @param {{ passed: number, failed: number, skipped: number }} counts */
function summary({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}
