// @ts-check
import path from 'node:path';
import { parseArgs } from 'node:util';
import { rows } from '../rows/rows.mjs';
import { columnIds } from './columns.mjs';
import { buildFolder } from './folders.mjs';

/**
 * @typedef {object} Choice
 * @property {readonly import('../rows/rows.mjs').Row[]} rows
 * @property {(id: string, group: string) => boolean} wants - whether a column of a Python is measured
 * @property {boolean} complete - everything is measured, at full length: only that is written to docs/
 * @property {import('./rounds.mjs').Pace & { starts: number }} pace
 * @property {boolean} processorTime - synchronous rows count the processor time of their thread
 * @property {string} file - for the result
 * @property {string | undefined} gil - the GIL build, as `3.11`
 */

/** Seventeen columns and thirty rows take some five minutes. */
const FULL = { rounds: 13, milliseconds: 10, warmUp: 150, settle: 4, starts: 7 };
/** To see that everything works, or roughly where one stands. */
const QUICK = { rounds: 3, milliseconds: 5, warmUp: 20, settle: 0, starts: 1 };

/**
 * Reads the command line; README.md lists the options.
 *
 * @param {readonly string[]} args
 * @returns {Choice}
 * @throws Error for what no row or column is called
 */
export function readArguments(args) {
  const several = /** @type {const} */ ({ type: 'string', multiple: true });
  const { values } = parseArgs({
    args: args.filter((argument) => argument !== '--'), // npm and pnpm pass it on
    options: {
      row: several,
      column: several,
      python: several,
      gil: { type: 'string' },
      json: { type: 'string', default: path.join(buildFolder, 'results.json') },
      quick: { type: 'boolean', default: false },
      'processor-time': { type: 'boolean', default: false },
    },
  });
  const chosenRows = chosen(
    'row',
    values.row,
    rows.map(({ id }) => id),
  );
  const chosenColumns = chosen('column', values.column, columnIds);
  const { python, quick } = values;
  return {
    rows: rows.filter(({ id }) => chosenRows.has(id)),
    wants: (id, group) =>
      chosenColumns.has(id) && (python?.some((text) => group.includes(text)) ?? true),
    complete:
      !quick &&
      !values['processor-time'] &&
      values.row === undefined &&
      values.column === undefined &&
      python === undefined,
    pace: quick ? QUICK : FULL,
    gil: values.gil,
    file: path.resolve(values.json),
    processorTime: values['processor-time'],
  };
}

/**
 * The names that are one of the given texts; where none is, those that contain it.
 *
 * @param {string} option
 * @param {readonly string[] | undefined} texts
 * @param {readonly string[]} names
 * @returns {Set<string>}
 */
function chosen(option, texts, names) {
  if (texts === undefined) return new Set(names);
  return new Set(
    texts.flatMap((text) => {
      const found = names.includes(text) ? [text] : names.filter((name) => name.includes(text));
      if (found.length === 0) throw new Error(`--${option} ${text}: there are ${names.join(', ')}`);
      return found;
    }),
  );
}
