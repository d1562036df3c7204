// @ts-check
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import { Failure } from '../failure.mjs';
import { root } from '../workspace.mjs';
import { applies, runScenario } from './scenarios.mjs';

/**
 * @typedef {import('./scenarios.mjs').Outcome} Outcome
 * @typedef {import('./scenarios.mjs').Result} Result
 */

/**
 * @typedef {object} Choice
 * @property {string | undefined} guard
 * @property {string | undefined} scenario
 * @property {string | undefined} python
 * @property {number} seconds - for each scenario
 * @property {bigint} seed
 * @property {number | undefined} threads
 * @property {number | undefined} soak - minutes
 * @property {boolean} core - only the C scenarios
 * @property {string[]} positionals
 */

const USAGE = `  --guard NAME      handles, type-cache, emit-lock, finalizer-guard, interrupt, abi or core
  --scenario NAME   one of native/test/scenarios.def
  --python WHICH    all, a list such as 3.12,3.14t, or the path of one; the primary Python without it
  --seconds N       for each scenario
  --seed S          repeats a run's choices; printed by each
  --threads T       where a scenario does not say how many
  --soak MINUTES    npm run stress only: all in one process, memory and handles must stay flat
  --core            npm run stress only: C scenarios, not those with workers`;

const options = /** @type {const} */ ({
  guard: { type: 'string' },
  scenario: { type: 'string' },
  python: { type: 'string' },
  seconds: { type: 'string' },
  seed: { type: 'string' },
  threads: { type: 'string' },
  soak: { type: 'string' },
  core: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
});

/** @param {string[]} args */
function parse(args) {
  try {
    return parseArgs({ args, allowPositionals: true, options });
  } catch (error) {
    throw new Failure(`${/** @type {Error} */ (error).message}\n\n${USAGE}`);
  }
}

/**
 * Reads the switches that stress, sanitize and canaries share. `--help` prints them and ends the process.
 *
 * @param {string[]} args
 * @param {number} seconds - unless --seconds says otherwise
 * @returns {Choice}
 */
export function readChoice(args, seconds) {
  const { values, positionals } = parse(args);
  if (values.help) {
    console.log(USAGE);
    process.exit(0);
  }
  const { guard, scenario, python, core } = values;
  return {
    guard,
    scenario,
    python,
    core,
    positionals,
    seconds: number('seconds', values.seconds) ?? seconds,
    seed: values.seed === undefined ? BigInt(randomInt(1, 2 ** 31)) : seedOf(values.seed),
    threads: number('threads', values.threads),
    soak: number('soak', values.soak),
  };
}

/**
 * @param {string} name
 * @param {string | undefined} text
 */
function number(name, text) {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (text !== '' && value > 0) return value;
  throw new Failure(`--${name} ${text}: expected a number above 0.`);
}

/** @param {string} text */
function seedOf(text) {
  if (/^\d+$/.test(text)) return BigInt(text);
  throw new Failure(`--seed ${text}: expected a whole number.`);
}

/**
 * Runs every scenario with every Python it applies to and prints a line for each.
 *
 * @param {string} program - a nogil-stress
 * @param {import('./scenarios.mjs').Scenario[]} scenarios
 * @param {import('./pythons.mjs').Python[]} pythons
 * @param {Parameters<typeof runScenario>[3]} options
 * @returns {Promise<Result[]>}
 */
export async function runAll(program, scenarios, pythons, options) {
  const results = [];
  for (const [index, python] of pythons.entries()) {
    for (const scenario of scenarios) {
      if (!applies(scenario, python, index)) continue;
      const result = await runScenario(program, scenario, python, options);
      results.push(result);
      printResult(result);
    }
  }
  return results;
}

/** @param {Result} result */
export function printResult({ scenario, python, passed, rounds, ms, output, replay }) {
  console.log(
    `${passed ? 'passed' : 'FAILED'}  ${scenario.name.padEnd(40)} ${python.padEnd(14)} ` +
      `${String(rounds).padStart(9)} rounds ${(ms / 1000).toFixed(1).padStart(6)} s`,
  );
  if (!passed) console.log(`${indent(tail(output))}\n        replay: ${replay}`);
}

/** @param {string} text */
function indent(text) {
  return text.replace(/^/gm, '        ');
}

/**
 * The end of a long output; sanitizers repeat themselves.
 * @param {string} text
 */
function tail(text) {
  const lines = text.split('\n');
  return lines.length <= 80 ? text : ['…', ...lines.slice(-80)].join('\n');
}

/**
 * Prints the sum and leaves it where `npm test` finds it.
 *
 * @param {string} name - of the report
 * @param {readonly Outcome[]} results
 * @param {string[]} missing - Pythons that are not here, said aloud
 * @returns {number} the exit code
 */
export function conclude(name, results, missing) {
  for (const why of missing) console.log(`skipped ${why}`);
  const passed = results.filter((result) => result.passed).length;
  const failures = results
    .filter((result) => !result.passed)
    .map(({ name, output }) => ({ name, text: output }));
  const counts = { passed, failed: failures.length, skipped: missing.length };
  const folder = path.join(root, 'native', 'reports');
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, `${name}.json`), `${JSON.stringify({ ...counts, failures })}\n`);
  console.log(
    `${name}: ${counts.passed} passed, ${counts.failed} failed` +
      (missing.length > 0 ? `, ${missing.length} skipped` : ''),
  );
  return counts.failed === 0 && results.length > 0 ? 0 : 1;
}
