// @ts-check
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { existsSync, writeFileSync } from 'node:fs';
import { observe } from './observe.mjs';

/** @typedef {import('../runner/engines.mjs').Engine} Engine */
/** @typedef {import('./observe.mjs').Observed} Observed */

/** Long enough for a registry that is slow; what hangs is a failure. */
const INSTALL_MS = 180_000;

const require = createRequire(import.meta.url);
const pnpm = fileURLToPath(
  new URL('../../tools/pnpm/node_modules/pnpm/bin/pnpm.cjs', import.meta.url),
);

/**
 * A package manager.
 *
 * @typedef {object} Manager
 * @property {string} name
 * @property {(project: Project) => Promise<string | undefined>} install - resolves to what went wrong
 * @property {(project: Project, file: string) => Promise<string | undefined>} [start] - how a program is run where
 *   there is no folder node_modules that any engine can read
 */

/**
 * A folder with a manifest, and what its programs find around them.
 *
 * @typedef {object} Project
 * @property {string} folder
 * @property {Record<string, string>} env
 */

/**
 * @param {readonly Engine[]} engines
 * @returns {Manager[]} those that can run here
 */
export function findManagers(engines) {
  const bun = engines.find(({ kind }) => kind === 'bun');
  const deno = engines.find(({ kind }) => /** @type {string} */ (kind) === 'deno');
  return [
    { name: 'npm install', install: (project) => npm(project, ['install']) },
    { name: 'npm ci --ignore-scripts', install: cleanInstall },
    {
      name: 'pnpm install',
      install: (project) => steps(project, [[process.execPath, pnpm, 'install']]),
    },
    {
      name: 'yarn install, Plug’n’Play',
      install: plugAndPlay,
      start: (project, file) => steps(project, [[process.execPath, yarn, 'node', file]]),
    },
    ...(bun === undefined
      ? []
      : [
          {
            name: 'bun install',
            install: (/** @type {Project} */ project) =>
              steps(project, [[bun.program, 'install', '--ignore-scripts']]),
          },
        ]),
    ...(deno === undefined
      ? []
      : [
          {
            name: 'deno install',
            install: (/** @type {Project} */ project) =>
              steps(project, [[deno.program, 'install', '--quiet', '--node-modules-dir=auto']]),
          },
        ]),
  ];
}

/** The Yarn that is a devDependency, to be run with Node. */
const yarn = require.resolve('@yarnpkg/cli-dist/bin/yarn.js');

/**
 * @param {Project} project
 * @param {string[]} args
 */
export function npm(project, args) {
  return steps(project, [[process.execPath, npmCli(), ...args, '--no-audit', '--no-fund']]);
}

/**
 * With a lock file that was made before, as a server that builds has it.
 * @param {Project} project
 */
async function cleanInstall(project) {
  const problem = await npm(project, ['install', '--package-lock-only']);
  return problem ?? npm(project, ['ci', '--ignore-scripts']);
}

/** @param {Project} project */
function plugAndPlay(project) {
  const settings = [
    'nodeLinker: pnp',
    'pnpFallbackMode: none', // a package sees what it depends on, and nothing else
    'enableTelemetry: false',
    'enableGlobalCache: false',
    'enableScripts: false',
    'enableImmutableInstalls: false',
    'npmMinimalAgeGate: 0',
    `npmRegistryServer: ${JSON.stringify(project.env.npm_config_registry)}`,
    'unsafeHttpWhitelist: ["127.0.0.1"]',
  ];
  writeFileSync(path.join(project.folder, '.yarnrc.yml'), `${settings.join('\n')}\n`);
  writeFileSync(path.join(project.folder, 'yarn.lock'), ''); // this is the project's root, whatever lies above
  return steps(project, [[process.execPath, yarn, 'install']]);
}

/**
 * @param {Project} project
 * @param {string[][]} commands
 * @returns {Promise<string | undefined>} what went wrong
 */
async function steps({ folder, env }, commands) {
  for (const [program = '', ...args] of commands) {
    const { code, output } = await observe(program, args, {
      cwd: folder,
      env,
      deadline: INSTALL_MS,
    });
    if (code !== 0) return `  ${path.basename(args[0] ?? program)} ended with ${code}\n${output}`;
  }
  return undefined;
}

/** The npm on the path: the Node that runs this may be one of the engines, which come without. */
function npmCli() {
  const folders = (process.env.PATH ?? '').split(path.delimiter);
  const scripts = folders.flatMap((folder) => [
    path.join(folder, 'node_modules/npm/bin/npm-cli.js'), // Windows
    path.join(folder, '../lib/node_modules/npm/bin/npm-cli.js'),
    path.join(folder, '../share/nodejs/npm/bin/npm-cli.js'), // Debian's own
  ]);
  const script = scripts.find((file) => existsSync(file));
  if (script === undefined) throw new Error(`there is no npm beside ${folders.join(', ')}`);
  return script;
}
