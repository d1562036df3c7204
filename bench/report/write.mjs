// @ts-check
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { format, resolveConfig } from 'prettier';
import { chart } from './chart.mjs';
import { document } from './document.mjs';

/** @typedef {import('./result.mjs').Result} Result */

/**
 * Writes `benchmarks.md` and a chart for each Python.
 *
 * @param {Result} result
 * @param {string} folder
 */
export async function writeDocument(result, folder) {
  const names = ['benchmarks.svg', 'benchmarks-gil.svg'];
  /** @type {Record<string, string>} */
  const charts = {};
  for (const [index, group] of result.groups.entries()) {
    const name = names[index];
    if (name === undefined) throw new Error(`there is no name for the chart of ${group}`);
    writeFileSync(path.join(folder, name), chart(result, group));
    charts[group] = name;
  }
  const file = path.join(folder, 'benchmarks.md');
  const config = await resolveConfig(file);
  const text = await format(document(result, charts), { ...config, parser: 'markdown' });
  writeFileSync(file, text);
}
