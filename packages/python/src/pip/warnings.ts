/** What a program will notice of the packages that were just installed, said before it does. */
import { gilVerdict, type GilVerdict } from '../extensions.js';
import type { PythonInstallation } from '../installation.js';
import type { Environment } from '../platform.js';
import type { InstalledPackage } from './inventory.js';

/** Something that is not as one would wish after pip did what it was asked for. */
export interface PipWarning {
  /**
   * `GIL_ENABLED`: importing a package turns the GIL on; `NOT_IMPORTABLE`: it cannot be imported, so nobody knows;
   * `ENVIRONMENT_BYPASSED`: programs use another Python than this environment.
   */
  readonly code: 'GIL_ENABLED' | 'NOT_IMPORTABLE' | 'ENVIRONMENT_BYPASSED';
  /** The package as pip calls it; undefined where it is about none. */
  readonly package?: string;
  /** For people: what, and what to do. */
  readonly message: string;
}

/**
 * Imports what contains extension modules, each in a process of its own, where the GIL could come back.
 *
 * @param python - the environment's; nothing is done for a build with a GIL
 * @param packages - what was installed
 * @param env - environment variables
 */
export async function extensionWarnings(
  python: PythonInstallation,
  packages: readonly InstalledPackage[],
  env: Environment,
): Promise<PipWarning[]> {
  if (!python.freeThreaded) return [];
  const warnings: PipWarning[] = [];
  for (const { name, version, extensions } of packages) {
    for (const module of extensions) {
      const warning = warningOf(`${name} ${version}`, await gilVerdict(python, module, env));
      if (warning !== undefined) warnings.push({ ...warning, package: name });
    }
  }
  return warnings;
}

function warningOf(title: string, verdict: GilVerdict): PipWarning | undefined {
  switch (verdict.gil) {
    case 'off':
      return undefined;
    case 'on':
      return {
        code: 'GIL_ENABLED',
        message:
          `${title} turns the GIL on for the whole process when it is imported: its module ${verdict.module} does ` +
          'not say that it can do without. Look for a newer release; if you know it is safe, PYTHON_GIL=0 keeps ' +
          'the GIL off',
      };
    case 'unknown':
      return {
        code: 'NOT_IMPORTABLE',
        message: `whether ${title} turns the GIL on is not known: import ${verdict.name} fails: ${verdict.reason}`,
      };
  }
}
