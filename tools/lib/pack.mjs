// @ts-check
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pnpmCli } from './package-managers.mjs';
import { run } from './run.mjs';
import { target } from './target.mjs';
import { projects, readManifest, root } from './workspace.mjs';

/** What a package manager is told, so that it takes the core of one platform only. */
const CONDITIONS = /** @type {const} */ ({ gnu: 'glibc', musl: 'musl' });

/**
 * Packs every package that is published.
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
 * Packs the built core as the package that `@nogil/abi` looks for on this platform. Its manifest is written
 * here, as there is one for each platform and they differ in nothing else.
 *
 * @param {string} destination
 * @returns {Promise<Record<string, string>>}
 */
export async function packNative(destination) {
  const platform = target();
  const name = `@nogil/native-${platform}`;
  const { version } = readManifest(path.join(root, 'native'));
  const [, , libc] = platform.split('-');
  const manifest = {
    name,
    version,
    description: `The native core of nogil for ${platform}`,
    license: 'MIT',
    files: ['nogil.node'],
    os: [process.platform],
    cpu: [process.arch],
    ...(libc === 'gnu' || libc === 'musl' ? { libc: [CONDITIONS[libc]] } : {}),
  };
  const folder = mkdtempSync(path.join(os.tmpdir(), 'nogil-pack-'));
  try {
    const built = path.join(root, 'native', 'dist', platform, 'nogil.node');
    copyFileSync(built, path.join(folder, 'nogil.node'));
    copyFileSync(path.join(root, 'LICENSE'), path.join(folder, 'LICENSE'));
    writeFileSync(path.join(folder, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
    return { [name]: await pack(folder, destination) };
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
    [pnpmCli, 'pack', '--json', '--pack-destination', destination],
    { cwd: directory, output: 'capture' },
  );
  if (code !== 0) throw new Error(`${directory} cannot be packed: ${stderr}${stdout}`);
  return path.resolve(destination, JSON.parse(stdout).filename);
}
