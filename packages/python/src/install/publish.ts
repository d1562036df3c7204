/**
 * Puts a finished Python where discovery finds it, in this order: asked, verified, manifest written,
 * renamed. Any other order lets somebody find a Python that does not work.
 */
import fs from 'node:fs';
import path from 'node:path';
import { NogilError } from '@nogil/abi';
import { manifestName, type InstalledManifest } from '../installed-manifest.js';
import type { CandidateReport, PythonInstallation } from '../installation.js';
import { executableInPrefix, type Environment } from '../platform.js';
import type { InstallProgress } from '../progress/events.js';
import { reportProgram } from './installed.js';
import type { VariantFacts } from './variant.js';
import { verifyPython } from './verify.js';

/** What is published, and where. */
export interface PublishRequest {
  readonly facts: VariantFacts;
  readonly from: InstalledManifest['from'];
  /** The finished prefix, on the file system of the destination. */
  readonly folder: string;
  readonly destination: string;
  readonly notes: readonly string[];
  readonly env: Environment;
  readonly signal: AbortSignal;
  readonly progress: InstallProgress;
}

/**
 * Verifies a finished Python and renames it into place.
 *
 * @param request - what and where
 * @returns the installation, asked again at its final place
 * @throws NogilError `INSTALL_FAILED` when it does not work; nothing is then published
 */
export async function publish(request: PublishRequest): Promise<PythonInstallation> {
  const { facts, from, folder, destination, env, signal, progress } = request;
  progress.begin('verify', 'verifying the finished Python');
  const host = { platform: process.platform, arch: process.arch, home: '' };
  const program = executableInPrefix(host, folder);
  if (program === undefined) {
    throw new NogilError('INSTALL_FAILED', `the finished tree in ${folder} has no python program`);
  }
  const staged = usable(facts, reportProgram(program, facts.variant, env));
  const missing = await verifyPython(staged, facts, env, signal);
  const manifest: InstalledManifest = {
    schema: 1,
    variant: facts.variant,
    version: staged.version.text,
    from,
    executable: path.relative(folder, program),
    installed: new Date().toISOString(),
    notes: [...new Set([...request.notes, ...missing])],
  };
  fs.writeFileSync(path.join(folder, manifestName), `${JSON.stringify(manifest, null, 2)}\n`);
  await replace(folder, destination);
  const final = path.join(destination, manifest.executable);
  const installation = usable(facts, reportProgram(final, facts.variant, env));
  progress.advance(1);
  return installation;
}

/** A folder cannot be renamed over another: the old one, known not to work, steps aside first. */
async function replace(folder: string, destination: string): Promise<void> {
  const aside = path.join(path.dirname(destination), `.old-${path.basename(destination)}`);
  await fs.promises.rm(aside, { recursive: true, force: true });
  if (fs.existsSync(destination)) {
    await fs.promises.rename(destination, aside);
  }
  await fs.promises.mkdir(path.dirname(destination), { recursive: true });
  await fs.promises.rename(folder, destination);
  await fs.promises.rm(aside, { recursive: true, force: true });
}

function usable(facts: VariantFacts, report: CandidateReport): PythonInstallation {
  if (report.usable) {
    return report.installation;
  }
  throw new NogilError(
    'INSTALL_FAILED',
    `the finished ${facts.title} does not work: ${report.path} ${report.refusal.reason}`,
  );
}
