/**
 * The door to the installer. What it needs (archives, HTTP, locks) is loaded on the first call only, so
 * that a program which merely looks for a Python does not pay for it.
 */
import { cacheDirectory } from './cache-directory.js';
import { reportInstalled } from './install/installed.js';
import type { PythonVariant } from './install/variant.js';
import type { PythonInstallation } from './installation.js';
import type { ProgressEvent } from './progress/events.js';

/** How to install a Python. */
export interface InstallOptions {
  /** The build; `3.14t`, free-threaded, by default. */
  readonly variant?: PythonVariant;
  /** `auto`: uv where it is on the path and can, else from source. */
  readonly from?: 'auto' | 'uv' | 'source';
  /** Called in order, from this thread; an exception it throws is a defect of the caller. */
  readonly onProgress?: (event: ProgressEvent) => void;
  /** Stops the installation; what is built so far is continued by the next one. */
  readonly signal?: AbortSignal;
  /** Compile jobs at once; one per core by default. */
  readonly jobs?: number;
  /** Where to install; see `cacheDirectory`. */
  readonly cacheDirectory?: string;
  /** Environment variables to go by; `process.env` by default. */
  readonly env?: Readonly<Record<string, string | undefined>>;
}

/**
 * Installs a CPython 3.14 below the cache directory, or returns the one that is there. From source this
 * takes about two minutes on two cores. Installers of the same variant, in this or other processes,
 * wait for each other; different variants are built side by side. A killed installation is continued by
 * the next call, and a Python is never found before it was verified.
 *
 * May be called on any JavaScript thread; blocks it for less than a second at a time.
 *
 * @param options - what to install, how, and whom to tell
 * @returns the verified installation, with source `installed`
 * @throws NogilError `SOURCE_UNAVAILABLE` (no source archive, every place named), `CHECKSUM_MISMATCH`
 *   as its cause, `INSTALL_TOOLS_MISSING` (compiler, make or headers, with the command that installs
 *   them), `INSTALL_FAILED` (build, verification, disk space; with log), `INVALID_ARGUMENT`; the
 *   signal's reason when aborted
 */
export async function installPython(options: InstallOptions = {}): Promise<PythonInstallation> {
  const { install, systemHost } = await import('./install/install.js');
  return install(systemHost, options);
}

/**
 * Looks up a variant among the Pythons nogil installed, and nowhere else.
 *
 * @param variant - the build
 * @param options - `cacheDirectory` and `env` as for `installPython`
 * @returns the installation; undefined when it is not installed or no longer works
 */
export function findInstalled(
  variant: PythonVariant,
  options: Pick<InstallOptions, 'cacheDirectory' | 'env'> = {},
): PythonInstallation | undefined {
  const env = options.env ?? process.env;
  const report = reportInstalled(options.cacheDirectory ?? cacheDirectory(env), variant, env);
  return report?.usable === true ? report.installation : undefined;
}
