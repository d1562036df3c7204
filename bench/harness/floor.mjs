// @ts-check
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { capture } from './capture.mjs';
import { buildFolder, floorFolder } from './folders.mjs';
import * as values from '../rows/values.mjs';

/** @typedef {import('./pythons.mjs').Python} Python */

/**
 * Builds the C program of a Python, and the addon that measures callbacks. A second or two, so it is done anew each time.
 *
 * @param {Python} python
 * @param {string | undefined} headers - the folder that holds `include/node`; without it there is no addon
 * @returns {Promise<{ program: string, addon: string | undefined }>}
 * @throws Error with what the compiler said
 */
export async function buildFloor(python, headers) {
  const folder = path.join(buildFolder, 'floor', python.name);
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, 'values.h'), valuesHeader());
  const program = path.join(folder, 'floor');
  const sources = readdirSync(floorFolder).filter((file) => file.endsWith('.c'));
  const own = sources
    .filter((file) => file !== 'callback.c')
    .map((file) => path.join(floorFolder, file));
  const compiler = process.env.CC ?? 'cc';
  const flags = ['-O2', '-pthread', `-I${folder}`, `-I${python.include}`];
  const libraries = [`-L${python.library}`, `-l${python.link}`, `-Wl,-rpath,${python.library}`];
  await capture(compiler, [...flags, ...own, '-o', program, ...libraries]);
  if (headers === undefined) return { program, addon: undefined };
  const addon = path.join(folder, 'callback.node');
  const shared =
    process.platform === 'darwin' ? ['-bundle', '-undefined', 'dynamic_lookup'] : ['-shared'];
  await capture(compiler, [
    ...[...flags, `-I${path.join(headers, 'include', 'node')}`, '-fPIC', ...shared],
    ...[path.join(floorFolder, 'callback.c'), '-o', addon, ...libraries],
  ]);
  return { program, addon };
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
