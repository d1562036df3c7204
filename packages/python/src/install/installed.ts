/** Looks up a variant among the Pythons nogil installed, and asks it whether it still works. */
import path from 'node:path';
import { cacheLayout } from '../cache-directory.js';
import { assess } from '../discovery/assess.js';
import { searchContext } from '../discovery/find.js';
import { readInstalled } from '../installed-manifest.js';
import type { CandidateReport } from '../installation.js';
import type { Environment } from '../platform.js';
import type { PythonVariant } from './variant.js';

/** The folder a variant is installed in. */
export function variantFolder(cacheDirectory: string, variant: PythonVariant): string {
  return path.join(cacheLayout(cacheDirectory).pythons, `cpython-${variant}`);
}

/** The report on an installed variant; undefined when there is none. */
export function reportInstalled(
  cacheDirectory: string,
  variant: PythonVariant,
  env: Environment,
): CandidateReport | undefined {
  const installed = readInstalled(variantFolder(cacheDirectory, variant));
  return installed === undefined ? undefined : reportProgram(installed.executable, variant, env);
}

/** Asks one program whether it is the variant. */
export function reportProgram(
  executable: string,
  variant: PythonVariant,
  env: Environment,
): CandidateReport {
  return assess(searchContext({ version: variant, env }), 'installed', executable);
}
