// @ts-check
/**
 * The platforms that binaries are published for: the one place that says so. Manifests, optional
 * dependencies, builds and checks all read this table; the matrices of .github/workflows/release.yml repeat its
 * names, which tools/test/platforms.test.mjs holds them to.
 */
import { Failure } from './failure.mjs';

/**
 * The oldest glibc that the binaries run on: that of Debian 10 and RHEL 8, and what the oldest Node that is
 * supported asks for itself.
 */
export const GLIBC_BASELINE = '2.28';

/**
 * A platform that binaries are published for.
 *
 * @typedef {object} Platform
 * @property {string} target - as in `@nogil/native-<target>`
 * @property {NodeJS.Platform} os
 * @property {string} cpu - as `process.arch`
 * @property {'glibc' | 'musl'} [libc] - as package managers call it
 * @property {string} [zig] - the target in Zig's words; without it, the core is built on the platform itself
 */

/** @type {readonly Platform[]} */
export const platforms = [
  linux('x64', 'x86_64', 'gnu'),
  linux('arm64', 'aarch64', 'gnu'),
  linux('x64', 'x86_64', 'musl'),
  linux('arm64', 'aarch64', 'musl'),
  { target: 'darwin-arm64', os: 'darwin', cpu: 'arm64' },
  { target: 'darwin-x64', os: 'darwin', cpu: 'x64' },
  { target: 'win32-x64', os: 'win32', cpu: 'x64' },
];

/**
 * @param {string} cpu
 * @param {string} machine
 * @param {'gnu' | 'musl'} libc
 * @returns {Platform}
 */
function linux(cpu, machine, libc) {
  return {
    target: `linux-${cpu}-${libc}`,
    os: 'linux',
    cpu,
    libc: libc === 'gnu' ? 'glibc' : 'musl',
    zig: `${machine}-linux-${libc}${libc === 'gnu' ? `.${GLIBC_BASELINE}` : ''}`,
  };
}

/** Those that a CPython is published for. */
export const withPython = platforms.filter((platform) => platform.target === 'linux-x64-gnu');

/**
 * @param {string} target
 * @returns {Platform}
 * @throws {Failure} when nothing is published for it
 */
export function platformOf(target) {
  const found = platforms.find((platform) => platform.target === target);
  if (found === undefined) {
    throw new Failure(`${target}: no binaries are published for this platform.`, {
      next: [`choose one of ${platforms.map((platform) => platform.target).join(', ')}`],
    });
  }
  return found;
}

/**
 * The name of a platform's package.
 *
 * @param {'native' | 'cpython'} kind
 * @param {Platform} platform
 */
export function binaryPackage(kind, platform) {
  return `@nogil/${kind}-${platform.target}`;
}

/**
 * What every package with binaries says about itself; they differ in nothing else.
 *
 * @param {'native' | 'cpython'} kind
 * @param {Platform} platform
 * @param {string} version
 */
export function binaryManifest(kind, platform, version) {
  const what = { native: 'The native core of nogil', cpython: 'A free-threaded CPython 3.14' }[
    kind
  ];
  return {
    name: binaryPackage(kind, platform),
    version,
    description: `${what} for ${platform.target}`,
    license: kind === 'native' ? 'MIT' : 'SEE LICENSE IN LICENSES.md',
    type: 'commonjs',
    os: [platform.os],
    cpu: [platform.cpu],
    ...(platform.libc === undefined ? {} : { libc: [platform.libc] }),
    // Yarn would keep it in an archive, from which no system can load a library.
    preferUnplugged: true,
    publishConfig: {
      access: 'public',
      // pnpm packs every other file as one that nobody may run.
      ...(kind === 'cpython' ? { executableFiles: ['./python/bin/python3'] } : {}),
    },
  };
}
