// @ts-check
import { readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { readElf } from './elf.mjs';
import { GLIBC_BASELINE } from './platforms.mjs';

/** What every Linux with that C library has: the C library itself, in its parts. */
const SYSTEM = {
  glibc: /^(lib(c|m|dl|pthread|util|rt)\.so\.[0-9]+|ld-linux-[a-z0-9-]+\.so\.[0-9]+)$/,
  musl: /^(libc\.so|libc\.musl-[a-z0-9_]+\.so\.1)$/,
};

/**
 * Whether every system with a C library has a library.
 *
 * @param {'glibc' | 'musl'} libc
 * @param {string} library - by name: `libm.so.6`
 */
export function systemLibrary(libc, library) {
  return SYSTEM[libc].test(library);
}

const MACHINES = /** @type {Readonly<Record<string, number>>} */ ({ x64: 62, arm64: 183 });

/**
 * What keeps the binaries of a folder from running on the oldest system that their package is for.
 *
 * @param {string} folder
 * @param {Pick<import('./platforms.mjs').Platform, 'cpu' | 'libc'>} platform - a Linux one
 * @param {object} [options]
 * @param {readonly string[]} [options.bundled] - libraries that the folder brings, by name
 * @param {string} [options.baseline] - the oldest glibc
 * @returns {string[]} problems, in words; none is well
 */
export function baselineProblems(
  folder,
  { cpu, libc = 'glibc' },
  { bundled = [], baseline = GLIBC_BASELINE } = {},
) {
  const problems = [];
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    const file = path.join(folder, name);
    const elf = statSync(file).isFile() ? readElf(file) : undefined;
    if (elf === undefined) continue;
    if (elf.machine !== MACHINES[cpu]) problems.push(`${name} is not for ${cpu}`);
    for (const library of elf.needed) {
      if (!systemLibrary(libc, library) && !bundled.includes(library)) {
        problems.push(`${name} needs ${library}, which not every system has`);
      }
    }
    for (const version of elf.versions) {
      const glibc = glibcOf(version);
      if (glibc !== undefined && isNewer(glibc, baseline)) {
        problems.push(`${name} needs ${version}, newer than glibc ${baseline}`);
      }
    }
    for (const place of elf.searched) {
      if (!place.startsWith('$ORIGIN')) {
        problems.push(
          `${name} looks for libraries in ${place}, a folder of the machine that built it`,
        );
      }
    }
  }
  return problems;
}

/**
 * The oldest glibc that all binaries of a folder run with.
 *
 * @param {string} folder
 * @returns {string} `2.17`
 */
export function neededGlibc(folder) {
  let newest = '2.0';
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    const file = path.join(folder, name);
    for (const version of (statSync(file).isFile() ? readElf(file) : undefined)?.versions ?? []) {
      const glibc = glibcOf(version) ?? '0';
      if (isNewer(glibc, newest)) newest = glibc;
    }
  }
  return newest;
}

/**
 * The glibc that a version of a symbol is from: `GLIBC_2.17`. GLIBC_ABI_DT_RELR and its like say that the loader itself
 * has to be newer.
 *
 * @param {string} version
 * @returns {string | undefined} undefined when it is not glibc's
 */
function glibcOf(version) {
  const [, glibc] = /^GLIBC_(.+)$/.exec(version) ?? [];
  if (glibc === undefined || /^[\d.]+$/.test(glibc)) return glibc;
  return glibc === 'ABI_DT_RELR' ? '2.36' : 'Infinity';
}

/**
 * @param {string} version - `2.17`, `2.3.4`
 * @param {string} than
 */
export function isNewer(version, than) {
  const [left, right] = [version, than].map((text) => text.split('.').map(Number));
  for (let i = 0; i < Math.max(left?.length ?? 0, right?.length ?? 0); i += 1) {
    const difference = (left?.[i] ?? 0) - (right?.[i] ?? 0);
    if (difference !== 0) return difference > 0;
  }
  return false;
}
