/** Where a project begins, and where its virtual environment is or would be. Nobody is asked here. */
import fs from 'node:fs';
import path from 'node:path';

/**
 * The nearest `.venv` in or above a folder.
 *
 * @param cwd - absolute
 * @returns its path; undefined where there is none
 */
export function nearestEnvironment(cwd: string): string | undefined {
  return foldersUpwards(cwd)
    .map((folder) => path.join(folder, '.venv'))
    .find((folder) => fs.statSync(folder, { throwIfNoEntry: false })?.isDirectory() === true);
}

/**
 * The folder of a project: the nearest one with a `package.json`, as package managers see it, else `cwd` itself.
 *
 * @param cwd - absolute
 */
export function projectFolder(cwd: string): string {
  const manifest = (folder: string): boolean => fs.existsSync(path.join(folder, 'package.json'));
  return foldersUpwards(cwd).find(manifest) ?? cwd;
}

function foldersUpwards(cwd: string): string[] {
  const folders = [cwd];
  for (let folder = cwd; path.dirname(folder) !== folder; folder = path.dirname(folder)) {
    folders.push(path.dirname(folder));
  }
  return folders;
}
