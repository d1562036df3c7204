/** Where this package keeps what it installs. A change of the layout orphans every installed Python. */
import path from 'node:path';
// Version 2: later ones are ES modules alone, which Yarn's Plug'n'Play cannot hand to CommonJS.
import envPaths from 'env-paths';

/** The folders below the cache directory. */
export interface CacheLayout {
  readonly root: string;
  /** Finished Pythons, one folder per variant, each with its manifest. */
  readonly pythons: string;
  readonly downloads: string;
  readonly builds: string;
  readonly logs: string;
  readonly locks: string;
  /** What Pythons answered when they were asked what they are. */
  readonly answers: string;
  /** The core's own Python code, compiled. */
  readonly code: string;
}

/**
 * The folder for installed Pythons, downloads and logs: `NOGIL_HOME` if set, else the platform's cache
 * folder for `nogil` (`$XDG_CACHE_HOME/nogil`, `~/Library/Caches/nogil`, `%LOCALAPPDATA%\nogil\Cache`).
 *
 * @param env - environment variables, `process.env` by default
 * @returns an absolute path; the folder may not exist yet
 */
export function cacheDirectory(
  env: Readonly<Record<string, string | undefined>> = process.env,
): string {
  const home = env.NOGIL_HOME;
  return home === undefined || home === ''
    ? envPaths('nogil', { suffix: '' }).cache
    : path.resolve(home);
}

/** Names the folders below one cache directory. */
export function cacheLayout(root: string): CacheLayout {
  return {
    root,
    pythons: path.join(root, 'pythons'),
    downloads: path.join(root, 'downloads'),
    builds: path.join(root, 'builds'),
    logs: path.join(root, 'logs'),
    locks: path.join(root, 'locks'),
    answers: path.join(root, 'answers'),
    code: path.join(root, 'code'),
  };
}
