/** Finds the Python files of a folder. */
import { type Dirent, readdirSync, realpathSync, statSync } from 'node:fs';
import { basename, join, relative, resolve, sep } from 'node:path';
import { CensusError } from './census-error.js';

/** A Python file that was found. */
export interface SourceFile {
  /** Where it is. */
  readonly path: string;
  /** Its name below the folder, with `/` on every platform. */
  readonly name: string;
  /** Its size in bytes; 0 where it cannot be asked, as for a broken link. */
  readonly size: number;
}

/** A folder below the root that could not be read. */
export interface UnreadableFolder {
  readonly name: string;
  readonly reason: string;
}

/** What a folder holds. */
export interface Contents {
  /** The folder itself, absolute. */
  readonly root: string;
  readonly files: readonly SourceFile[];
  readonly unreadable: readonly UnreadableFolder[];
}

/** Not part of anybody's code base: installed packages and caches. */
const SKIPPED_FOLDERS = new Set(['site-packages', 'dist-packages', 'node_modules', '__pycache__']);

/**
 * Collects every `.py` file below a folder, sorted by name. Symbolic links are followed; a folder or
 * file that is reached twice counts once, so loops end. Hidden folders, installed packages and
 * caches are skipped, unless the folder itself is one.
 *
 * @param folder - the folder to search
 * @returns the files, and the folders that could not be read
 * @throws CensusError if the folder does not exist, is not a folder, cannot be read, or holds no Python file
 */
export function collectFiles(folder: string): Contents {
  const root = resolve(folder);
  const kind = statSync(root, { throwIfNoEntry: false });
  if (kind === undefined) {
    throw new CensusError(`The folder ${root} does not exist. Give --path an existing folder.`);
  }
  if (!kind.isDirectory()) {
    throw new CensusError(
      `${root} is not a folder. Give --path the folder around it: ${join(root, '..')}`,
    );
  }
  const search = new Search(root);
  search.run();
  const unreadableRoot = search.unreadable.find((entry) => entry.name === '.');
  if (unreadableRoot) {
    throw new CensusError(`The folder ${root} cannot be read: ${unreadableRoot.reason}`);
  }
  if (search.files.length === 0) {
    throw new CensusError(
      `There is no .py file in ${root}. Give --path a folder with Python code.`,
    );
  }
  const byName = (a: { name: string }, b: { name: string }): number => (a.name < b.name ? -1 : 1);
  return { root, files: search.files.sort(byName), unreadable: search.unreadable.sort(byName) };
}

/** One walk over a tree of folders. */
class Search {
  readonly files: SourceFile[] = [];
  readonly unreadable: UnreadableFolder[] = [];
  readonly #seen = new Set<string>();
  readonly #links: string[] = [];

  constructor(readonly root: string) {}

  /** Links come last, so that a file is known by its own name rather than by that of a link. */
  run(): void {
    this.#visitFolder(this.root);
    for (let link = this.#links.shift(); link !== undefined; link = this.#links.shift()) {
      this.#visitLink(link);
    }
  }

  #visitFolder(folder: string): void {
    let entries: Dirent[];
    try {
      const real = realpathSync(folder);
      if (this.#seen.has(real)) return;
      this.#seen.add(real);
      entries = readdirSync(folder, { withFileTypes: true });
    } catch (error) {
      this.unreadable.push({ name: this.#nameOf(folder), reason: reasonOf(error) });
      return;
    }
    entries.sort((a, b) => (a.name < b.name ? -1 : 1));
    for (const entry of entries) {
      const path = join(folder, entry.name);
      if (entry.isSymbolicLink()) this.#links.push(path);
      else if (entry.isDirectory() && isSearched(entry.name)) this.#visitFolder(path);
      else if (entry.isFile() && entry.name.endsWith('.py')) this.#addFile(path, path);
    }
  }

  /** A link that leads nowhere counts as a file if its name says so: Python will give the reason. */
  #visitLink(path: string): void {
    const name = basename(path);
    let kind: ReturnType<typeof statSync>;
    let real = path;
    try {
      kind = statSync(path, { throwIfNoEntry: false });
      if (kind) real = realpathSync(path);
    } catch {
      kind = undefined; // a link to itself
    }
    if (kind?.isDirectory()) {
      if (isSearched(name)) this.#visitFolder(path);
    } else if (name.endsWith('.py') && kind?.isFile() !== false) {
      this.#addFile(path, real);
    }
  }

  #addFile(path: string, real: string): void {
    const key = path === real ? this.#realOf(path) : real;
    if (this.#seen.has(key)) return;
    this.#seen.add(key);
    this.files.push({ path, name: this.#nameOf(path), size: sizeOf(path) });
  }

  /** The real path of a file that is no link itself, but may be below one. */
  #realOf(path: string): string {
    try {
      return realpathSync(path);
    } catch {
      return path; // gone since it was listed, or a broken link
    }
  }

  #nameOf(path: string): string {
    return relative(this.root, path).split(sep).join('/') || '.';
  }
}

function isSearched(name: string): boolean {
  return !name.startsWith('.') && !SKIPPED_FOLDERS.has(name);
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function sizeOf(path: string): number {
  try {
    return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  } catch {
    return 0; // Python will say why the file cannot be read
  }
}
