// @ts-check
import { readBaselines, verdict, writeBaseline } from './compare.mjs';
import { countInstructions, valgrind } from './count.mjs';
import { compilerKey } from './key.mjs';

const OPERATIONS = ['nothing', 'call', 'sqrt', 'get', 'set', 'method', 'text', 'handle'];

/**
 * Counts the hot operations and compares the core's part with the baseline.
 *
 * @param {string} program - a nogil-stress
 * @param {import('../stress/pythons.mjs').Python} python
 * @param {boolean} write - make what is counted the baseline
 * @returns {Promise<{ outcomes: import('../stress/scenarios.mjs').Outcome[], skipped: string[] }>} one for each
 *   operation; where nothing can be compared, why
 */
export async function checkInstructions(program, python, write) {
  const version = await valgrind();
  if (version === undefined) {
    return { outcomes: [], skipped: ['the count of instructions: there is no valgrind here'] };
  }
  const key = `${await compilerKey()}, Python ${minor(python)}`;
  const baseline = readBaselines()[key];
  if (baseline === undefined && !write) {
    const why = `the count of instructions: no baseline for ${key}; npm run instructions -- --write`;
    return { outcomes: [], skipped: [why] };
  }
  const counts = await countInstructions(program, python, OPERATIONS);
  console.log(`instructions of one operation (${key}, ${version})`);
  /** @type {import('../stress/scenarios.mjs').Outcome[]} */
  const outcomes = [];
  for (const [name, { core, python: rest }] of counts) {
    const wrong = write ? undefined : verdict(baseline?.[name], core);
    const line = `${name.padEnd(10)} ${String(core).padStart(6)} the core’s ${String(rest).padStart(6)} Python’s`;
    console.log(
      `${wrong === undefined ? 'passed' : 'FAILED'}  ${line}${wrong ? `  ${wrong}` : ''}`,
    );
    outcomes.push({
      name: `instructions of ${name}`,
      passed: wrong === undefined,
      output: wrong === undefined ? '' : `${name} ${wrong}; npm run instructions -- --write`,
    });
  }
  if (write) writeBaseline(key, counts);
  return { outcomes, skipped: [] };
}

/** @param {import('../stress/pythons.mjs').Python} python */
function minor({ name, freeThreaded }) {
  return `${/^\d+\.\d+/.exec(name)?.[0] ?? name}${freeThreaded ? 't' : ''}`;
}
