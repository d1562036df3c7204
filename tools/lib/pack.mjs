// @ts-check
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { baselineProblems } from './baseline.mjs';
import { Failure } from './failure.mjs';
import { buildNative } from './native-build.mjs';
import { pnpmCli } from './package-managers.mjs';
import { binaryManifest, binaryPackage, platforms } from './platforms.mjs';
import { run } from './run.mjs';
import { target } from './target.mjs';
import { projects, readManifest, root } from './workspace.mjs';

/** @typedef {import('./platforms.mjs').Platform} Platform */

const hooks = path.join(root, 'tools', 'lib', 'before-packing.cjs');

/** Which binaries each package loads: it, and no other, has to be able to resolve them. */
const optional = {
  '@nogil/abi': platforms.map((platform) => binaryPackage('native', platform)),
};

/** The manifests of all packages with binaries, on this platform or another. */
export function binaryManifests() {
  return platforms.map((platform) => binaryManifest('native', platform, releaseVersion()));
}

/** All packages are released together, under one version. */
function releaseVersion() {
  return readManifest(path.join(root, 'native')).version ?? '';
}

/**
 * Packs every package that is published, as it is built.
 *
 * @param {string} destination
 * @returns {Promise<Record<string, string>>} tarball by package name
 */
export async function packPackages(destination) {
  /** @type {Record<string, string>} */
  const tarballs = {};
  for (const { name, directory, manifest } of projects()) {
    if (!manifest.private) tarballs[name] = await pack(directory, destination);
  }
  return tarballs;
}

/**
 * Builds and packs the core of one platform: on Linux that of any Linux, elsewhere this machine's own.
 *
 * @param {Platform} platform
 * @param {string} destination
 * @returns {Promise<Record<string, string>>} tarball by package name
 * @throws {Failure} when it would not run on the oldest system that it is for
 */
export async function packNative(platform, destination) {
  if (platform.zig === undefined && platform.target !== target()) {
    throw new Failure(`The core for ${platform.target} cannot be built on ${target()}.`, {
      next: ['run this on that platform; .github/workflows/release.yml does'],
    });
  }
  const built = await buildNative({ variant: `portable-${platform.target}` });
  return packFolder('native', platform, destination, (folder) => {
    copyFileSync(built, path.join(folder, 'nogil.node'));
    copyFileSync(path.join(root, 'LICENSE'), path.join(folder, 'LICENSE'));
    const about = `# ${binaryPackage('native', platform)}

The native core of \`nogil\` for ${platform.target}. It is installed with
\`@nogil/abi\`, which loads it; nobody imports it. ${
      platform.libc === 'glibc' ? 'It runs with glibc 2.28 and newer.' : ''
    }
`;
    writeFileSync(path.join(folder, 'README.md'), about);
  });
}

/**
 * Packs a folder of binaries as the package of a platform. Its manifest is written here, as there is one for each
 * platform and they differ in nothing else.
 *
 * @param {'native' | 'cpython'} kind
 * @param {Platform} platform
 * @param {string} destination
 * @param {(folder: string) => void} fill
 * @returns {Promise<Record<string, string>>}
 */
async function packFolder(kind, platform, destination, fill) {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'nogil-pack-'));
  try {
    fill(folder);
    const manifest = binaryManifest(kind, platform, releaseVersion());
    writeFileSync(path.join(folder, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
    const problems = platform.os === 'linux' ? baselineProblems(folder, platform) : [];
    if (problems.length > 0) {
      throw new Failure(`${manifest.name} would not run everywhere:\n  ${problems.join('\n  ')}`);
    }
    return { [manifest.name]: await pack(folder, destination) };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/**
 * @param {string} directory
 * @param {string} destination
 * @returns {Promise<string>} the tarball
 */
async function pack(directory, destination) {
  const { code, stdout, stderr } = await run(
    process.execPath,
    [
      pnpmCli,
      'pack',
      '--json',
      '--pack-destination',
      destination,
      `--config.global-pnpmfile=${hooks}`,
    ],
    {
      cwd: directory,
      output: 'capture',
      env: { ...process.env, NOGIL_PACK_OPTIONAL: JSON.stringify(optional) },
    },
  );
  if (code !== 0) throw new Failure(`${directory} cannot be packed: ${stderr}${stdout}`);
  return path.resolve(destination, JSON.parse(stdout).filename);
}
