import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const installed = join(import.meta.dirname, '../../../e2e/node_modules');

/** A JavaScript engine, and how to start it. */
export interface Engine {
  readonly name: string;
  readonly file: string;
  /** Before the program. */
  readonly options: readonly string[];
  /** Before the program, for one that collects garbage. */
  readonly gc: readonly string[];
  /** The option that names a module to load before the program. */
  readonly preload: '--import' | '--preload';
  /** What the package uses there. */
  readonly backend: 'koffi' | 'node:ffi' | 'bun';
}

const node = (major: number) => join(installed, `node-${major}/bin/node`);

const majors = [20, 22, 24, 26];

/** Whether the Node that runs this is one of the installed ones. */
function isInstalled(): boolean {
  return majors.some((major) => {
    const manifest = join(installed, `node-${major}/package.json`);
    if (!existsSync(manifest)) return false;
    const { version } = JSON.parse(readFileSync(manifest, 'utf8')) as { version: string };
    return version === process.versions.node;
  });
}

const here: Engine = {
  name: 'the Node that runs this',
  file: process.execPath,
  options: [],
  gc: ['--expose-gc'],
  preload: '--import',
  backend: 'koffi',
};
const known: readonly Engine[] = [
  ...(isInstalled() ? [] : [here]),
  ...majors.map((major): Engine => ({ ...here, name: `Node ${major}`, file: node(major) })),
  {
    ...here,
    name: 'Node 26 with --experimental-ffi',
    file: node(26),
    options: ['--experimental-ffi', '--no-warnings=ExperimentalWarning'],
    backend: 'node:ffi',
  },
  {
    name: 'Deno',
    file: join(installed, 'deno-2/deno'),
    options: ['run', '--allow-all', '--no-lock'],
    gc: ['--v8-flags=--expose-gc'],
    preload: '--preload',
    backend: 'koffi',
  },
  {
    name: 'Bun',
    file: join(installed, 'bun-1/bin/bun'),
    options: [],
    gc: [],
    preload: '--preload',
    backend: 'bun',
  },
];

/** The engines that are installed here: optional packages of the workspace's, for Linux on x64 only. */
export const engines = known.filter(({ file }) => existsSync(file));
/** Those that are not. */
export const missing = known.filter(({ file }) => !existsSync(file));

/**
 * Runs a program on an engine.
 *
 * @returns its standard output
 * @throws with its standard error when it fails, or after 60 s
 */
export function run(
  engine: Engine,
  program: readonly string[],
  options: { readonly cwd?: string; readonly env?: NodeJS.ProcessEnv } = {},
): string {
  return execFileSync(engine.file, [...engine.options, ...program], {
    encoding: 'utf8',
    timeout: 60_000,
    stdio: ['ignore', 'pipe', 'pipe'],
    ...options,
    // Deno takes any FORCE_COLOR for yes.
    env: { ...process.env, FORCE_COLOR: undefined, NO_COLOR: '1', ...options.env },
  });
}
