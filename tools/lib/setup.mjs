// @ts-check
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { findCompiler } from './compiler.mjs';
import { Failure } from './failure.mjs';
import { exclusively } from './lock.mjs';
import { npmCli, pnpmCli } from './package-managers.mjs';
import { run } from './run.mjs';
import { projects, readManifest, root } from './workspace.mjs';

const stampFile = path.join(root, 'node_modules', '.nogil-setup.json');

/**
 * Checks the compiler and installs what is locked. Does nothing, in a few milliseconds, when nothing
 * changed since it last ran. Everything it says goes to stderr.
 *
 * @param {string[]} args - `--without FOLDER`: leave out the dependencies of this project
 */
export async function setup(args) {
  const { values } = parseArgs({ args, options: { without: { type: 'string', multiple: true } } });
  const without = values.without ?? [];
  await findCompiler();
  if (isInstalled(without)) return;
  await exclusively('setup', async () => {
    if (isInstalled(without)) return; // by whoever held the lock
    await installPnpm();
    await installDependencies(without);
  });
}

/** @param {string[]} without */
function isInstalled(without) {
  if (!existsSync(stampFile)) return false;
  /** @type {unknown} */
  let stamp;
  try {
    stamp = JSON.parse(readFileSync(stampFile, 'utf8'));
  } catch (error) {
    if (error instanceof SyntaxError) return false; // cut short: install again
    throw error;
  }
  const { key, left } = /** @type {{ key?: string, left?: string[] }} */ (stamp);
  return (
    key === installKey() &&
    (left ?? []).every((folder) => without.includes(folder)) &&
    projects().every((project) => without.includes(folderOf(project)) || hasModules(project))
  );
}

/** Everything that decides what `pnpm install` would do. */
function installKey() {
  const hash = createHash('sha256');
  // A tree installed for one platform lacks the other's binaries.
  hash.update(`${process.platform} ${process.arch}\n`);
  const files = [
    'package.json',
    'pnpm-lock.yaml',
    'pnpm-workspace.yaml',
    '.npmrc',
    'tools/pnpm/package.json',
  ];
  const manifests = projects().map(({ directory }) => path.join(directory, 'package.json'));
  for (const file of [...files.map((name) => path.join(root, name)), ...manifests]) {
    hash.update(`${path.relative(root, file)}\n`);
    if (existsSync(file)) hash.update(readFileSync(file));
  }
  return hash.digest('hex');
}

/** @param {import('./workspace.mjs').Project} project */
function hasModules({ directory, manifest }) {
  const names = Object.keys({ ...manifest.dependencies, ...manifest.devDependencies });
  return names.every((name) => existsSync(path.join(directory, 'node_modules', name)));
}

/** @param {import('./workspace.mjs').Project} project */
function folderOf(project) {
  return path.relative(root, project.directory).replaceAll(path.sep, '/');
}

async function installPnpm() {
  const folder = path.join(root, 'tools', 'pnpm');
  const wanted = readManifest(folder).dependencies?.pnpm;
  const installed = path.join(folder, 'node_modules', 'pnpm');
  if (existsSync(path.join(installed, 'package.json'))) {
    const { version } = /** @type {{ version?: string }} */ (readManifest(installed));
    if (version === wanted && existsSync(pnpmCli)) return;
  }
  console.error(`Installing pnpm ${wanted} into tools/pnpm`);
  const { program, args } = npmCli();
  // Few and short retries: npm's own take minutes before it says that there is no network.
  const retries = [
    '--fetch-retries=2',
    '--fetch-retry-mintimeout=1000',
    '--fetch-retry-maxtimeout=5000',
  ];
  const quiet = ['--no-audit', '--no-fund', '--no-update-notifier', '--loglevel=error'];
  const command = [...args, 'ci', '--prefix', folder, ...quiet, ...retries];
  const { code } = await run(program, command, { cwd: root, output: 'stderr' });
  if (code !== 0) throw installFailure('pnpm', `npm ci --prefix tools/pnpm (exit ${code})`);
}

/** @param {string[]} without */
async function installDependencies(without) {
  const left = without.filter((folder) => existsSync(path.join(root, folder, 'package.json')));
  const filters = left.flatMap((folder) => ['--filter', `!./${folder}`]);
  console.error(`Installing dependencies${left.length > 0 ? ` (without ${left.join(', ')})` : ''}`);
  const options = [
    '--frozen-lockfile',
    '--config.confirm-modules-purge=false', // it would ask, and there may be nobody to answer
    '--config.include-workspace-root=true', // a filter leaves the root out otherwise
    '--config.fetch-retry-mintimeout=1000',
    '--config.fetch-retry-maxtimeout=5000',
    '--config.update-notifier=false',
    '--reporter=append-only',
  ];
  // A stamp that outlives an interrupted install would call it complete.
  if (existsSync(stampFile)) writeFileSync(stampFile, '{}\n');
  const args = [pnpmCli, 'install', ...options, ...filters];
  const { code } = await run(process.execPath, args, { cwd: root, output: 'stderr' });
  if (code !== 0)
    throw installFailure('the dependencies', `pnpm install --frozen-lockfile (exit ${code})`);
  writeFileSync(stampFile, `${JSON.stringify({ key: installKey(), left })}\n`);
}

/**
 * @param {string} what
 * @param {string} tried
 */
function installFailure(what, tried) {
  return new Failure(`Could not install ${what}; the messages above say why.`, {
    tried: [tried],
    next: [
      'no network or a proxy: set `registry`, `proxy` or `https-proxy` in ~/.npmrc (`npm config get registry` shows what is used)',
      'a disk that is full: free about 700 MB here and in the home folder',
      'ERR_PNPM_OUTDATED_LOCKFILE: `node tools/pnpm/node_modules/pnpm/bin/pnpm.cjs install` and commit pnpm-lock.yaml',
      'then run the same command again: it continues where it stopped',
    ],
  });
}
