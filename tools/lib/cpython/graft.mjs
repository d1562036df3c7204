// @ts-check
import { createHash } from 'node:crypto';
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
} from 'node:fs';
import path from 'node:path';
import { systemLibrary } from '../baseline.mjs';
import { readElf } from '../elf.mjs';
import { Failure } from '../failure.mjs';
import { run } from '../run.mjs';
import { findPatchelf } from '../toolchain.mjs';
import { bundledRule } from './libraries.mjs';

/**
 * A library of the system's that was put beside Python.
 *
 * @typedef {object} Grafted
 * @property {string} library - as the system knows it: `libssl.so.3`
 * @property {string} name - in the package: `libssl-0a1b2c3d.so.3`
 * @property {string} origin - the file on this machine
 * @property {import('./libraries.mjs').Bundled} rule
 */

/** Where they lie, seen from the prefix. */
export const LIBRARIES = 'lib/bundled';

/**
 * Makes a copied CPython independent of what else is installed, as auditwheel does with wheels: it is
 * stripped, gets its own copies of the libraries that not every Linux has, and looks for them beside itself. The
 * copies have names of their own, since the loader takes a library that is already in the process, the host's for
 * instance, for any other of the same name.
 *
 * @param {string} folder - the prefix
 * @returns {Promise<Grafted[]>}
 * @throws {Failure} when a library cannot be found, or may not be published
 */
export async function graft(folder) {
  const files = elfFiles(folder);
  // Before anything is moved: strip does not know what patchelf does to a file.
  for (const file of files) await mustRun('strip', ['--strip-unneeded', file]);
  const grafted = await collect(folder, files);
  const patchelf = await findPatchelf();
  const copies = grafted.map(({ name }) => path.join(folder, LIBRARIES, name));
  for (const [index, file] of copies.entries()) {
    await mustRun('strip', ['--strip-unneeded', file]);
    await mustRun(patchelf, ['--set-soname', grafted[index]?.name ?? '', file]);
  }
  for (const file of [...files, ...copies]) {
    await mustRun(patchelf, [...searching(folder, file, grafted), file]);
  }
  return grafted;
}

/** @param {string} folder */
function elfFiles(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.so(\.|$)|^python3/.test(entry.name))
    .map((entry) => path.join(entry.parentPath, entry.name))
    .filter((file) => readElf(file) !== undefined);
}

/**
 * @param {string} folder
 * @param {readonly string[]} files
 */
async function collect(folder, files) {
  mkdirSync(path.join(folder, LIBRARIES), { recursive: true });
  /** @type {Map<string, Grafted>} */
  const found = new Map();
  const waiting = [...files];
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    const foreign = (readElf(file)?.needed ?? []).filter(
      (library) => !systemLibrary('glibc', library) && !library.startsWith('libpython3.'),
    );
    const places = foreign.length === 0 ? new Map() : await resolved(file);
    for (const library of foreign) {
      if (found.has(library)) continue;
      const rule = bundledRule(library, path.basename(file));
      const place = places.get(library);
      if (place === undefined) throw new Failure(`${file} needs ${library}, which is not there.`);
      const origin = realpathSync(place);
      const name = ownName(library, readFileSync(origin));
      const copy = path.join(folder, LIBRARIES, name);
      copyFileSync(origin, copy);
      chmodSync(copy, 0o755);
      found.set(library, { library, name, origin, rule });
      waiting.push(origin);
    }
  }
  return [...found.values()].sort((left, right) => (left.library < right.library ? -1 : 1));
}

/**
 * What the loader would take for each library.
 *
 * @param {string} file
 * @returns {Promise<Map<string, string>>} files by name
 */
async function resolved(file) {
  const text = await mustRun('ldd', [file]);
  return new Map(
    [...text.matchAll(/^\s*(\S+) => (\/\S+) \(/gm)].map(([, name = '', place = '']) => [
      name,
      place,
    ]),
  );
}

/**
 * @param {string} library - `libssl.so.3`
 * @param {Buffer} bytes
 */
function ownName(library, bytes) {
  const hash = createHash('sha256').update(bytes).digest('hex').slice(0, 8);
  return library.replace('.so', `-${hash}.so`);
}

/**
 * How patchelf makes a file look for its libraries in the package, and nowhere else.
 *
 * @param {string} folder
 * @param {string} file
 * @param {readonly Grafted[]} grafted
 * @returns {string[]} arguments
 */
function searching(folder, file, grafted) {
  const needed = readElf(file)?.needed ?? [];
  const own = grafted.filter(({ library }) => needed.includes(library));
  const renamed = own.flatMap(({ library, name }) => ['--replace-needed', library, name]);
  const places = [
    ...(own.length > 0 ? [LIBRARIES] : []),
    ...(needed.some((library) => library.startsWith('libpython3.')) ? ['lib'] : []),
  ].map((place) => `$ORIGIN/${path.relative(path.dirname(file), path.join(folder, place))}`);
  return places.length === 0
    ? [...renamed, '--remove-rpath']
    : [...renamed, '--set-rpath', places.join(':')];
}

/**
 * @param {string} program
 * @param {string[]} args
 * @returns {Promise<string>} what it printed
 */
async function mustRun(program, args) {
  const { code, stdout, stderr } = await run(program, args, { output: 'capture' });
  if (code === 0) return stdout;
  throw new Failure(`${program} ${args.join(' ')} ended with ${code}: ${stderr}${stdout}`, {
    next: code === 127 ? [`install ${program}: on Debian it is in binutils or libc-bin`] : [],
  });
}
