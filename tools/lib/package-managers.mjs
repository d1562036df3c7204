// @ts-check
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { root } from './workspace.mjs';

/** The pinned pnpm's entry, present once setup ran. */
export const pnpmCli = path.join(root, 'tools', 'pnpm', 'node_modules', 'pnpm', 'bin', 'pnpm.cjs');

/**
 * How to run npm. Its script is run with this Node where it can be found, because on Windows `npm` is
 * a .cmd file, which can only be spawned through a shell.
 * @returns {{ program: string, args: string[] }}
 */
export function npmCli() {
  const beside = path.dirname(process.execPath);
  const places = [
    path.join(beside, 'node_modules', 'npm', 'bin', 'npm-cli.js'),
    path.join(beside, '..', 'lib', 'node_modules', 'npm', 'bin', 'npm-cli.js'),
  ];
  const caller = process.env.npm_execpath;
  if (caller && path.basename(caller) === 'npm-cli.js') places.unshift(caller);
  const script = places.find((place) => existsSync(place));
  return script ? { program: process.execPath, args: [script] } : { program: 'npm', args: [] };
}

/**
 * The script of a tool that is a devDependency of the workspace, to be run with this Node: the links
 * in node_modules/.bin are shell scripts, which Windows and `spawn` do not agree on.
 *
 * @param {'nx' | 'prettier'} name
 * @returns {string}
 */
export function binary(name) {
  const folder = path.join(root, 'node_modules', name);
  /** @type {{ bin: string | Record<string, string> }} */
  const { bin } = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8'));
  return path.join(folder, typeof bin === 'string' ? bin : (bin[name] ?? ''));
}
