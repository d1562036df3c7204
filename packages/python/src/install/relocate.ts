/**
 * Makes an installed tree independent of where it lies: scripts, pkg-config files and, on macOS, library
 * names carry the absolute path of the build otherwise. What is missed here works until the folder
 * moves.
 */
import fs from 'node:fs';
import path from 'node:path';
import { runCommand, type BuildLog } from './command.js';
import type { Environment } from '../platform.js';

/** What {@link relocate} works with. */
export interface RelocateRequest {
  /** The tree as it lies now. */
  readonly folder: string;
  /** The prefix it was configured with. */
  readonly prefix: string;
  readonly env: Environment;
  readonly log: BuildLog;
  readonly signal: AbortSignal;
}

/** Removes static libraries and absolute paths from an installed tree. */
export async function relocate(request: RelocateRequest): Promise<void> {
  removeStaticLibraries(path.join(request.folder, 'lib'));
  rewriteScripts(path.join(request.folder, 'bin'));
  rewritePkgConfig(path.join(request.folder, 'lib', 'pkgconfig'), request.prefix);
  if (process.platform === 'darwin') {
    await rewriteInstallNames(request);
  }
}

/** About 80 MB that only embedding by static linking would need. */
function removeStaticLibraries(folder: string): void {
  const names = fs.readdirSync(folder, { recursive: true, encoding: 'utf8' });
  for (const name of names.filter((file) => /(^|[\\/])libpython[^\\/]*\.a$/.test(file))) {
    fs.rmSync(path.join(folder, name));
  }
}

/** A script for both sh and Python: sh runs the Python beside it, Python sees a string. */
const preamble = [
  '#!/bin/sh',
  `'''exec' "$(dirname -- "$(realpath -- "$0")")/python3" "$0" "$@"`,
  "' '''",
  '',
].join('\n');

function rewriteScripts(folder: string): void {
  for (const entry of fs.readdirSync(folder, { withFileTypes: true })) {
    const file = path.join(folder, entry.name);
    if (!entry.isFile() || fs.statSync(file).size > 1 << 16) {
      continue;
    }
    const text = fs.readFileSync(file, 'utf8');
    const match = /^#!.*python[\d.]*[td]*[^\n]*\n/.exec(text);
    if (match !== null) {
      fs.writeFileSync(file, preamble + text.slice(match[0].length));
    }
  }
}

function rewritePkgConfig(folder: string, prefix: string): void {
  const entries = fs.existsSync(folder) ? fs.readdirSync(folder, { withFileTypes: true }) : [];
  for (const entry of entries.filter((candidate) => candidate.isFile())) {
    const file = path.join(folder, entry.name);
    const text = fs.readFileSync(file, 'utf8');
    fs.writeFileSync(file, text.replaceAll(`prefix=${prefix}`, 'prefix=${pcfiledir}/../..'));
  }
}

/** macOS records in every program the absolute path of the libraries it was linked with. */
async function rewriteInstallNames(request: RelocateRequest): Promise<void> {
  const { folder, prefix } = request;
  const libraries = fs
    .readdirSync(path.join(folder, 'lib'), { withFileTypes: true })
    .filter((entry) => entry.isFile() && /^libpython.*\.dylib$/.test(entry.name))
    .map((entry) => entry.name);
  const programs = fs
    .readdirSync(path.join(folder, 'bin'), { withFileTypes: true })
    .filter((entry) => entry.isFile() && /^python3\.\d+[td]*$/.test(entry.name))
    .map((entry) => path.join(folder, 'bin', entry.name));
  const run = (program: string, args: readonly string[]): Promise<void> =>
    runCommand(
      { program, args, cwd: folder, env: request.env, signal: request.signal },
      request.log,
    );
  for (const name of libraries) {
    const file = path.join(folder, 'lib', name);
    await run('install_name_tool', ['-id', `@rpath/${name}`, file]);
    for (const program of programs) {
      const built = path.join(prefix, 'lib', name);
      await run('install_name_tool', ['-change', built, `@rpath/${name}`, program]);
    }
  }
  // A changed file has lost its signature, and Apple silicon runs nothing unsigned.
  const signed = [...libraries.map((name) => path.join(folder, 'lib', name)), ...programs];
  await run('codesign', ['--force', '--sign', '-', ...signed]);
}
