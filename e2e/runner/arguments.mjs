// @ts-check
import os from 'node:os';
import { parseArgs } from 'node:util';

/** @typedef {import('./matrix.mjs').Run} Run */

/**
 * @typedef {object} Choice
 * @property {boolean} requireAll
 * @property {boolean} full - every engine with every Python; else the others with one
 * @property {boolean} everything - only engines were chosen among, and their reports are whole
 * @property {number} jobs
 * @property {(python: string) => boolean} includesPython
 * @property {(run: { check: string, place: string, engine: string, python: string }) => boolean} includes
 */

/** What every program here takes, as they are run together. */
export const SCOPE = /** @type {const} */ ({
  require: { type: 'string' },
  short: { type: 'boolean', default: false },
});

/**
 * @param {{ require?: string, short: boolean }} values
 * @returns {boolean} whether a skipped run is a failure
 */
export function isRequireAll({ require, short }) {
  if (require !== undefined && require !== 'all') {
    throw new Error(`--require ${require}: the only thing that can be required is all`);
  }
  if (require === 'all' && short) throw new Error('--short leaves out what --require all asks for');
  return require === 'all';
}

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
      ...SCOPE,
      jobs: { type: 'string' },
      check: several,
      place: several,
      engine: several,
      python: several,
    },
  });
  const requireAll = isRequireAll(values);
  return {
    requireAll,
    full: !values.short,
    everything: [values.check, values.place, values.python].every((chosen) => chosen === undefined),
    includesPython: (name) => allowsPython(values.python, name),
    // One more than cores: at any time one of them waits for a bound rather than computes.
    jobs: wholeNumber('jobs', values.jobs ?? `${os.availableParallelism() + 1}`),
    includes: ({ check, place, engine, python }) =>
      allows(values.check, check) &&
      allows(values.place, place) &&
      allows(values.engine, engine) &&
      allowsPython(values.python, python),
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
 * A version selects that build, so that 3.14 is not 3.14t; other text selects names that contain it.
 *
 * @param {readonly string[] | undefined} wanted
 * @param {string} name - `3.14.5t`, `3.14t` or the name of an installation
 */
export function allowsPython(wanted, name) {
  const build = name.replace(/^(\d+\.\d+)\.\d+/, '$1');
  const isVersion = /^\d+(\.\d+)+[td]*$/;
  return (
    wanted?.some((part) =>
      isVersion.test(part) ? part === name || part === build : name.includes(part),
    ) ?? true
  );
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
