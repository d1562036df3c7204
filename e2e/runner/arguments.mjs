// @ts-check
import os from 'node:os';
import { parseArgs } from 'node:util';

/** @typedef {import('./matrix.mjs').Run} Run */

/**
 * @typedef {object} Choice
 * @property {boolean} requireAll
 * @property {number} jobs
 * @property {(run: { check: string, place: string, engine: string, python: string }) => boolean} includes
 */

/**
 * Reads the command line; README.md lists the options.
 *
 * @param {string[]} args
 * @returns {Choice}
 */
export function readArguments(args) {
  const several = /** @type {const} */ ({ type: 'string', multiple: true });
  const { values } = parseArgs({
    args: args.filter((argument) => argument !== '--'), // nx and pnpm pass it on
    options: {
      require: { type: 'string' },
      jobs: { type: 'string' },
      check: several,
      place: several,
      engine: several,
      python: several,
    },
  });
  if (values.require !== undefined && values.require !== 'all') {
    throw new Error(`--require ${values.require}: the only thing that can be required is all`);
  }
  return {
    requireAll: values.require === 'all',
    // One more than cores: at any time one of them waits for a bound rather than computes.
    jobs: wholeNumber('jobs', values.jobs ?? `${os.availableParallelism() + 1}`),
    includes: ({ check, place, engine, python }) =>
      allows(values.check, check) &&
      allows(values.place, place) &&
      allows(values.engine, engine) &&
      allows(values.python, python),
  };
}

/**
 * Whether a name contains one of the texts that an option was given; without the option, any does.
 *
 * @param {readonly string[] | undefined} wanted
 * @param {string} name
 */
export function allows(wanted, name) {
  return wanted?.some((part) => name.includes(part)) ?? true;
}

/**
 * @param {string} option
 * @param {string} text
 * @returns {number} from 1
 */
export function wholeNumber(option, text) {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1) throw new Error(`--${option} is a number from 1`);
  return number;
}
