// @ts-check
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** The checkout. */
export const root = fileURLToPath(new URL('../..', import.meta.url)).replace(/[\\/]$/, '');

/**
 * @typedef {object} Manifest
 * @property {string} name
 * @property {string} [version]
 * @property {boolean} [private]
 * @property {unknown} [exports]
 * @property {Record<string, string>} [scripts]
 * @property {Record<string, string>} [dependencies]
 * @property {Record<string, string>} [devDependencies]
 * @property {Record<string, string>} [peerDependencies]
 * @property {Record<string, string>} [optionalDependencies]
 */

/**
 * @typedef {object} Project
 * @property {string} name
 * @property {string} directory - absolute
 * @property {Manifest} manifest
 */

/**
 * The projects that pnpm-workspace.yaml names, read without a YAML parser: this runs before any
 * dependency is installed.
 *
 * @param {string} [workspace] - another checkout, in tests
 * @returns {Project[]}
 */
export function projects(workspace = root) {
  return projectFolders(workspace).map((directory) => {
    const manifest = readManifest(directory);
    return { name: manifest.name, directory, manifest };
  });
}

/**
 * @param {string} directory
 * @returns {Manifest}
 */
export function readManifest(directory) {
  return JSON.parse(readFileSync(path.join(directory, 'package.json'), 'utf8'));
}

/** @param {string} workspace */
function projectFolders(workspace) {
  const text = readFileSync(path.join(workspace, 'pnpm-workspace.yaml'), 'utf8');
  const [, list = ''] = /^packages:\n((?: +- .*\n)+)/m.exec(text) ?? [];
  const folders = [];
  for (const [, pattern = ''] of list.matchAll(/- ['"]?([^'"\n]+)/g)) {
    if (!pattern.endsWith('/*')) folders.push(path.join(workspace, pattern));
    else folders.push(...childrenOf(path.join(workspace, pattern.slice(0, -2))));
  }
  return folders.filter((folder) => existsSync(path.join(folder, 'package.json'))).sort();
}

/** @param {string} folder */
function childrenOf(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => path.join(folder, entry.name));
}
