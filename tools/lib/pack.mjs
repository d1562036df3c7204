// @ts-check
import {
  appendFileSync,
  copyFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { baselineProblems, neededGlibc } from './baseline.mjs';
import { fillCpython } from './cpython/fill.mjs';
import { Failure } from './failure.mjs';
import { buildNative } from './native-build.mjs';
import { pnpmCli } from './package-managers.mjs';
import {
  binaryManifest,
  binaryPackage,
  GLIBC_BASELINE,
  platforms,
  withPython,
} from './platforms.mjs';
import { run } from './run.mjs';
import { target } from './target.mjs';
import { projects, readManifest, root } from './workspace.mjs';

/** @typedef {import('./platforms.mjs').Platform} Platform */

const hooks = path.join(root, 'tools', 'lib', 'before-packing.cjs');

const pythons = withPython.map((platform) => binaryPackage('cpython', platform));

/**
 * Which binaries each package loads: it, and no other, has to be able to resolve them. A Python is taken where the
 * user installed it; only peers are visible to a package then, and theirs to what lies between.
 */
const additions = {
  '@nogil/abi': {
    optional: platforms.map((platform) => binaryPackage('native', platform)),
    peers: [],
  },
  '@nogil/python': { optional: [], peers: pythons },
  nogil: { optional: [], peers: pythons },
};

/** The manifests of all packages with binaries, on this platform or another. */
export function binaryManifests() {
  return [
    ...platforms.map((platform) => binaryManifest('native', platform, releaseVersion())),
    ...withPython.map((platform) => binaryManifest('cpython', platform, releaseVersion())),
  ];
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
 * @throws {Failure} when one is not built
 */
export async function packPackages(destination) {
  /** @type {Record<string, string>} */
  const tarballs = {};
  const published = projects().filter(({ manifest }) => !manifest.private);
  // Before any is packed: pnpm packs a folder without what is built in it, and says nothing.
  const missing = published.flatMap((project) => notBuilt(project));
  if (missing.length > 0) {
    throw new Failure(`What is published is not built; missing:\n  ${missing.join('\n  ')}`, {
      next: ['run `npm run build`'],
    });
  }
  for (const { name, directory } of published) tarballs[name] = await pack(directory, destination);
  return tarballs;
}

/**
 * @param {import('./workspace.mjs').Project} project
 * @returns {string[]} the files that its manifest names and that are not there
 */
export function notBuilt({ directory, manifest }) {
  const { exports, main, module, types, bin } = /** @type {Record<string, unknown>} */ ({
    ...manifest,
  });
  return [...new Set(filesIn([exports, main, module, types, bin]))]
    .map((file) => path.join(directory, file))
    .filter((file) => !existsSync(file));
}

/**
 * @param {unknown} value - of a manifest: a path, or conditions and subpaths around some
 * @returns {string[]}
 */
function filesIn(value) {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(filesIn) : [];
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
  const manifest = binaryManifest('native', platform, releaseVersion());
  return inFolder(async (folder) => {
    copyFileSync(built, path.join(folder, 'nogil.node'));
    copyFileSync(path.join(root, 'LICENSE'), path.join(folder, 'LICENSE'));
    const about = `# ${manifest.name}

The native core of \`nogil\` for ${platform.target}. It is installed with
\`@nogil/abi\`, which loads it; nobody imports it. ${
      platform.libc === 'glibc' ? `It runs with glibc ${GLIBC_BASELINE} and newer.` : ''
    }
`;
    writeFileSync(path.join(folder, 'README.md'), about);
    requireBaseline(folder, platform, manifest.name);
    return packBinaries(folder, manifest, destination);
  });
}

/**
 * Packs the CPython that `nogil python install 3.14t` built on this machine, with pip and the libraries that not every
 * Linux has.
 *
 * @param {string} destination
 * @param {object} options
 * @param {boolean} options.local - for machines like this one only: it needs the glibc of this machine and lacks the
 *   modules that this one has no headers for; npm refuses to publish it
 * @returns {Promise<Record<string, string>>} tarball by package name
 * @throws {Failure} when it would not run on the oldest system that it is for
 */
export async function packCpython(destination, { local }) {
  const platform = withPython.find((each) => each.target === target());
  if (platform === undefined) {
    throw new Failure(`No CPython is published for ${target()}.`, {
      next: [`run this on ${withPython.map((each) => each.target).join(' or ')}`],
    });
  }
  const manifest = binaryManifest('cpython', platform, releaseVersion());
  return inFolder(async (folder) => {
    const bundled = await fillCpython(folder, manifest, local);
    const glibc = neededGlibc(folder);
    const baseline = local ? glibc : GLIBC_BASELINE;
    requireBaseline(folder, platform, manifest.name, { bundled, baseline });
    appendFileSync(path.join(folder, 'README.md'), `\nIt runs with glibc ${baseline} and newer.\n`);
    console.error(
      `${manifest.name} needs glibc ${glibc}${local ? ': for this machine only' : ''}.`,
    );
    return packBinaries(folder, { ...manifest, ...(local ? { private: true } : {}) }, destination);
  });
}

/**
 * @template T
 * @param {(folder: string) => Promise<T>} work
 * @returns {Promise<T>}
 */
async function inFolder(work) {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'nogil-pack-'));
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/**
 * @param {string} folder
 * @param {Platform} platform
 * @param {string} name
 * @param {Parameters<typeof baselineProblems>[2]} [options]
 * @throws {Failure} when a binary would not run on the oldest system that it is for
 */
function requireBaseline(folder, platform, name, options) {
  const problems = platform.os === 'linux' ? baselineProblems(folder, platform, options) : [];
  if (problems.length > 0) {
    throw new Failure(`${name} would not run everywhere:\n  ${problems.join('\n  ')}`);
  }
}

/**
 * Packs a folder of binaries as the package of a platform. Its manifest is written here, as there is one for each
 * platform and they differ in nothing else.
 *
 * @param {string} folder
 * @param {{ name: string }} manifest
 * @param {string} destination
 * @returns {Promise<Record<string, string>>}
 */
async function packBinaries(folder, manifest, destination) {
  writeFileSync(path.join(folder, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
  const tarball = await pack(folder, destination);
  const { stdout } = await run('tar', ['-tzf', tarball], { output: 'capture' });
  const packed = new Set(stdout.split('\n'));
  const lost = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)))
    .filter((file) => !packed.has(`package/${file}`));
  // Packers leave out links, and names that look like an editor's.
  if (lost.length > 0) {
    throw new Failure(`${manifest.name}: these are not in its tarball:\n  ${lost.join('\n  ')}`);
  }
  return { [manifest.name]: tarball };
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
      env: {
        ...process.env,
        NOGIL_PACK_ADDITIONS: JSON.stringify(additions),
        ...repository(directory),
      },
    },
  );
  if (code !== 0) throw new Failure(`${directory} cannot be packed: ${stderr}${stdout}`);
  return path.resolve(destination, JSON.parse(stdout).filename);
}

/**
 * What provenance compares with where a release was built: npm refuses it when manifests name another repository.
 * Known where GitHub's workflow packs, and nowhere written down.
 *
 * @param {string} directory
 * @returns {Record<string, string>} environment variables for tools/lib/before-packing.cjs
 */
function repository(directory) {
  const { GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: name } = process.env;
  if (!server || !name) return {};
  const inside = path.relative(root, directory);
  const of = { type: 'git', url: `git+${server}/${name}.git` };
  const value = inside.startsWith('..') ? of : { ...of, directory: inside };
  return { NOGIL_PACK_REPOSITORY: JSON.stringify(value) };
}
