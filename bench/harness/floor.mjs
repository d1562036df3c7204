// @ts-check
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { capture } from './capture.mjs';
import { buildFolder, floorFolder } from './folders.mjs';
import * as values from '../rows/values.mjs';

/** @typedef {import('./pythons.mjs').Python} Python */

/** What is no part of the C program. */
const ADDON_SOURCES = ['callback.c', 'host.c'];

/** @typedef {{ program: string, addons: { callback: string, host: string } | undefined }} Floor */

/**
 * Of this run, by the Python's name: two columns have parts of it.
 * @type {Map<string, Promise<Floor>>}
 */
const floors = new Map();

/**
 * The C program of a Python, and the addons that do the same behind an engine. A few seconds, so they are built anew in
 * each run.
 *
 * @param {Python} python
 * @param {string | undefined} headers - the folder that holds `include/node`; without it there are no addons
 * @returns {Promise<Floor>}
 * @throws Error with what the compiler said
 */
export function floorOf(python, headers) {
  const floor = floors.get(python.name) ?? build(python, headers);
  floors.set(python.name, floor);
  return floor;
}

/**
 * @param {Python} python
 * @param {string | undefined} headers
 * @returns {Promise<Floor>}
 */
async function build(python, headers) {
  const folder = path.join(buildFolder, 'floor', python.name);
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, 'values.h'), valuesHeader());
  const program = path.join(folder, 'floor');
  const sources = readdirSync(floorFolder).filter((file) => file.endsWith('.c'));
  const at = (/** @type {string} */ file) => path.join(floorFolder, file);
  const own = sources.filter((file) => !ADDON_SOURCES.includes(file)).map(at);
  const compiler = process.env.CC ?? 'cc';
  const flags = ['-O2', '-pthread', `-I${folder}`, `-I${python.include}`];
  const libraries = [`-L${python.library}`, `-l${python.link}`, `-Wl,-rpath,${python.library}`];
  await capture(compiler, [...flags, ...own, '-o', program, ...libraries]);
  if (headers === undefined) return { program, addons: undefined };
  const shared =
    process.platform === 'darwin' ? ['-bundle', '-undefined', 'dynamic_lookup'] : ['-shared'];
  const buildAddon = async (/** @type {string} */ name, /** @type {string[]} */ ...files) => {
    const addon = path.join(folder, name);
    await capture(compiler, [
      ...[...flags, `-I${path.join(headers, 'include', 'node')}`, '-fPIC', ...shared],
      ...[...files.map(at), '-o', addon, ...libraries],
    ]);
    return addon;
  };
  const callback = await buildAddon('callback.node', 'callback.c');
  const host = await buildAddon('host.node', 'host.c', 'calls.c');
  return { program, addons: { callback, host } };
}

/** What rows/values.mjs says, for C. */
function valuesHeader() {
  const { mixedText, shortText, longText, numbers } = values;
  const units = Array.from({ length: mixedText.length }, (_, i) => mixedText.charCodeAt(i));
  const integers = {
    SHORT_TEXT: shortText.length,
    LONG_TEXT: longText.length,
    NUMBERS: numbers.length,
    MANY: values.MANY,
    AT_ONCE: values.AT_ONCE,
    SMALL: values.SMALL,
    LARGE: values.LARGE,
    JOBS: values.JOBS,
    EFFORT: values.EFFORT,
  };
  const enumerators = Object.entries(integers).map(([name, value]) => `${name} = ${value}`);
  return `enum { ${enumerators.join(', ')} };\nstatic const unsigned short mixed_text[] = {${units.join(',')}};\n`;
}
