// @ts-check
/**
 * Which libraries may be published with CPython, and under which licence: the one place that says so. What is in
 * neither list stops the packing, so that a person reads its licence first.
 */
import { Failure } from '../failure.mjs';

/**
 * What is published beside CPython.
 *
 * @typedef {object} Bundled
 * @property {RegExp} library - by the name that others know it by
 * @property {string} name - of the project
 * @property {string} website
 * @property {(version: string) => Licence} licence
 */
/** @typedef {{ id: string } | { name: string }} Licence - an SPDX identifier, or words where SPDX has none */

/** @type {readonly Bundled[]} */
export const BUNDLED = [
  {
    library: /^lib(ssl|crypto)\.so\./,
    name: 'OpenSSL',
    website: 'https://www.openssl.org',
    licence: (version) => ({ id: version.startsWith('1.') ? 'OpenSSL' : 'Apache-2.0' }),
  },
  one(/^libffi\.so\./, 'libffi', 'https://sourceware.org/libffi/', 'MIT'),
  one(/^libsqlite3\.so\./, 'SQLite', 'https://www.sqlite.org', 'blessing'),
  {
    library: /^liblzma\.so\./,
    name: 'XZ Utils (liblzma)',
    website: 'https://tukaani.org/xz/',
    licence: (version) =>
      /^5\.[0-5]\b/.test(version) ? { name: 'Public domain' } : { id: '0BSD' },
  },
  one(/^libbz2\.so\./, 'bzip2', 'https://sourceware.org/bzip2/', 'bzip2-1.0.6'),
  one(/^libz\.so\./, 'zlib', 'https://zlib.net', 'Zlib'),
  one(/^libzstd\.so\./, 'Zstandard', 'https://facebook.github.io/zstd/', 'BSD-3-Clause'),
  one(
    /^libuuid\.so\./,
    'util-linux (libuuid)',
    'https://github.com/util-linux/util-linux',
    'BSD-3-Clause',
  ),
  one(
    /^lib(ncursesw?|panelw?|tinfo)\.so\./,
    'ncurses',
    'https://invisible-island.net/ncurses/',
    'X11-distribute-modifications-variant',
  ),
];

/** What is not published: the extension modules that need it are left out. */
export const LEFT_OUT = [
  {
    library: /^lib(readline|history)\.so\./,
    why: 'readline is under the GPL; the interactive Python has an editor of its own',
  },
  { library: /^libgdbm/, why: 'gdbm is under the GPL; dbm.sqlite3 does the same' },
  {
    library: /^libdb-/,
    why: 'Berkeley DB is under the AGPL or the Sleepycat licence; dbm.sqlite3 does the same',
  },
  { library: /^lib(tcl|tk)/, why: 'Tk needs a display and its libraries' },
];

/**
 * @param {RegExp} library
 * @param {string} name
 * @param {string} website
 * @param {string} id
 * @returns {Bundled}
 */
function one(library, name, website, id) {
  return { library, name, website, licence: () => ({ id }) };
}

/**
 * @param {string} library
 * @param {string} neededBy
 * @returns {Bundled}
 * @throws {Failure} for a library whose licence nobody has looked at yet
 */
export function bundledRule(library, neededBy) {
  const rule = BUNDLED.find((each) => each.library.test(library));
  if (rule !== undefined) return rule;
  throw new Failure(
    `${neededBy} needs ${library}, and nothing says whether that may be published.`,
    {
      next: ['read its licence, then add it to a list in tools/lib/cpython/libraries.mjs'],
    },
  );
}
