import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

const installed = join(import.meta.dirname, '../../../e2e/node_modules');

/** A JavaScript engine, and how to start it. */
export interface Engine {
  readonly name: string;
  readonly file: string;
  /** Before the program. */
  readonly options: readonly string[];
  /** What the package uses there. */
  readonly backend: 'koffi' | 'node:ffi' | 'bun';
}

const node = (major: number) => join(installed, `node-${major}/bin/node`);

const known: readonly Engine[] = [
  { name: 'the Node that runs this', file: process.execPath, options: [], backend: 'koffi' },
  ...[20, 22, 24, 26].map((major): Engine => ({
    name: `Node ${major}`,
    file: node(major),
    options: [],
    backend: 'koffi',
  })),
  {
    name: 'Node 26 with --experimental-ffi',
    file: node(26),
    options: ['--experimental-ffi', '--no-warnings=ExperimentalWarning'],
    backend: 'node:ffi',
  },
  { name: 'Bun', file: join(installed, 'bun-1/bin/bun'), options: [], backend: 'bun' },
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
    env: { ...process.env, ...options.env },
  });
}
