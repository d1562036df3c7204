/**
 * One installation from beginning to end: lock, uv or source, verification, publication. Everything
 * that differs between a real machine and a test comes in through {@link InstallHost}.
 */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { NogilError } from '@nogil/abi';
import { cacheDirectory, cacheLayout, type CacheLayout } from '../cache-directory.js';
import type { InstallOptions } from '../install-python.js';
import type { PythonInstallation } from '../installation.js';
import type { Environment } from '../platform.js';
import { InstallProgress } from '../progress/events.js';
import { buildPython, hasUnfinishedBuild } from './build.js';
import { BuildLog, CommandFailed } from './command.js';
import { freeBytes, isDiskFull, requireSpace, type FreeBytes } from './disk-space.js';
import { explainFailure } from './errors.js';
import { reportInstalled, variantFolder } from './installed.js';
import { withLock } from './lock.js';
import { publish } from './publish.js';
import { relocate } from './relocate.js';
import { obtainArchive, type ArchiveRelease } from './source-archive.js';
import { sourceRelease } from './source-release.js';
import { provideTools } from './system-packages.js';
import { findUv, installWithUv } from './uv.js';
import { variantFacts, type VariantFacts } from './variant.js';

/** The machine an installation runs on. */
export interface InstallHost {
  readonly freeBytes: FreeBytes;
  readonly release: ArchiveRelease;
  /** apt's configuration folder. */
  readonly aptFolder: string;
  /** The file that names the distribution. */
  readonly osRelease: string;
  /** Whether system packages may be installed. */
  readonly isRoot: boolean;
  /** Milliseconds after which the lock of a killed installer is taken over; the lock's own default. */
  readonly staleAfter?: number;
}

/** The machine this process runs on. */
export const systemHost: InstallHost = {
  freeBytes,
  release: sourceRelease,
  aptFolder: '/etc/apt',
  osRelease: '/etc/os-release',
  isRoot: process.getuid?.() === 0,
};

/** Source tree, objects and staged result together, at their largest. */
const buildBytes = 900e6;

interface Job {
  readonly host: InstallHost;
  readonly facts: VariantFacts;
  readonly layout: CacheLayout;
  readonly destination: string;
  /** On the file system of the destination, so that the last step can be a rename. */
  readonly staging: string;
  readonly from: 'auto' | 'uv' | 'source';
  readonly jobs: number;
  readonly env: Environment;
  readonly log: BuildLog;
  readonly signal: AbortSignal;
  readonly progress: InstallProgress;
}

/**
 * Installs a variant, or returns the one that is installed. See `installPython`.
 *
 * @param host - the machine
 * @param options - what the caller asked for
 * @returns the verified installation
 */
export async function install(
  host: InstallHost,
  options: InstallOptions,
): Promise<PythonInstallation> {
  const facts = variantFacts(options.variant ?? '3.14t');
  const env = options.env ?? process.env;
  const layout = cacheLayout(path.resolve(options.cacheDirectory ?? cacheDirectory(env)));
  const progress = new InstallProgress(options.onProgress);
  const existing = reportInstalled(layout.root, facts.variant, env);
  if (existing?.usable === true) {
    return existing.installation;
  }
  progress.begin('prepare', `installing ${facts.title} in ${layout.root}`);
  const lockOptions = {
    signal: options.signal,
    onWait: () => {
      progress.say(`another installer is at work on ${facts.title}; waiting for it to finish`);
    },
    ...(host.staleAfter === undefined ? {} : { stale: host.staleAfter }),
  };
  const lock = path.join(layout.locks, `${facts.variant}.lock`);
  return withLock(lock, lockOptions, async (signal) => {
    const report = reportInstalled(layout.root, facts.variant, env);
    if (report?.usable === true) {
      return report.installation;
    }
    if (report !== undefined) {
      progress.say(`the installed one ${report.refusal.reason}; installing it again`);
    }
    const log = new BuildLog(path.join(layout.logs, `${facts.variant}.log`));
    const job: Job = {
      host,
      facts,
      layout,
      destination: variantFolder(layout.root, facts.variant),
      staging: path.join(layout.pythons, `.staging-${facts.variant}`),
      from: options.from ?? 'auto',
      jobs: Math.max(1, Math.floor(options.jobs ?? os.availableParallelism())),
      env,
      log,
      signal,
      progress,
    };
    try {
      return await produce(job);
    } catch (error) {
      throw explainFailure(error, { facts, folder: layout.root, bytes: buildBytes, log, signal });
    } finally {
      log.close();
      await fs.promises.rm(job.staging, { recursive: true, force: true });
    }
  });
}

async function produce(job: Job): Promise<PythonInstallation> {
  const notes: string[] = [];
  if (job.from !== 'source') {
    const outcome = await tryUv(job);
    if (typeof outcome !== 'string') {
      return outcome;
    }
    if (job.from === 'uv') {
      throw new NogilError(
        'INSTALL_FAILED',
        `uv cannot install ${job.facts.title}: ${outcome}. ` +
          'Next step: leave the choice to nogil (`from: "auto"`), which then builds from source.',
      );
    }
    notes.push(`built from source because ${outcome}`);
    job.progress.say(`building from source because ${outcome}`);
  }
  if (process.platform === 'win32') {
    throw new NogilError(
      'INSTALL_FAILED',
      'CPython is not built from source on Windows. Next step: install uv ' +
        '(https://docs.astral.sh/uv) and run the same command again, or set NOGIL_PYTHON.',
    );
  }
  return fromSource(job, notes);
}

/** The installation, or why uv is not the way. */
async function tryUv(job: Job): Promise<PythonInstallation | string> {
  const { facts, env, staging, log, signal, progress } = job;
  if (facts.uvRequest === undefined) {
    return `uv has no build of ${facts.variant} with the same flags`;
  }
  const uv = findUv(env);
  if (uv === undefined) {
    return 'uv is not on PATH';
  }
  progress.say(`asking uv for ${facts.uvRequest}`);
  const result = await installWithUv({ uv, request: facts.uvRequest, staging, env, log, signal });
  if (result.folder === undefined) {
    return result.reason;
  }
  const { destination } = job;
  try {
    return await publish({
      facts,
      from: 'uv',
      folder: result.folder,
      destination,
      notes: [],
      env,
      signal,
      progress,
    });
  } catch (error) {
    if (error instanceof NogilError && error.code === 'INSTALL_FAILED') {
      return `the Python from uv is not usable (${error.message})`;
    }
    throw error;
  }
}

async function fromSource(job: Job, notes: readonly string[]): Promise<PythonInstallation> {
  const { host, facts, layout, env, log, signal, progress } = job;
  const folder = path.join(layout.builds, facts.variant);
  await requireSpace(layout.root, buildBytes, host.freeBytes);
  progress.say(
    `building ${facts.title} from source: about two minutes on two cores` +
      `${facts.sanitizer === null ? '' : ', three times as long with a sanitizer'}; log: ${log.file}`,
  );
  progress.begin('download', `looking for the source archive of ${host.release.version}`);
  const archive = await withLock(
    path.join(layout.locks, 'download.lock'),
    {
      signal,
      onWait: () => {
        progress.say('another installer is downloading the source archive; waiting for it');
      },
    },
    (inner) =>
      obtainArchive({
        release: host.release,
        layout,
        env,
        aptFolder: host.aptFolder,
        signal: inner,
        progress,
      }),
  );
  progress.begin('tools', 'checking compiler, make and headers');
  const { tools, notes: left } = await provideTools({
    facts,
    env,
    folder: path.join(layout.builds, `.tools-${facts.variant}`),
    lock: path.join(layout.locks, 'system-packages.lock'),
    log,
    signal,
    progress,
    osRelease: host.osRelease,
    isRoot: host.isRoot,
  });
  const prefix = await buildResuming({ ...job, folder, archive, tools });
  await relocate({ folder: prefix, prefix: job.destination, env, log, signal });
  const installation = await publish({
    facts,
    from: 'source',
    folder: prefix,
    destination: job.destination,
    notes: [...notes, ...left],
    env,
    signal,
    progress,
  });
  await fs.promises.rm(folder, { recursive: true, force: true });
  return installation;
}

/** Builds; a tree that a killed run left damaged is thrown away once and built anew. */
async function buildResuming(
  job: Job & Pick<Parameters<typeof buildPython>[0], 'folder' | 'archive' | 'tools'>,
): Promise<string> {
  const request = {
    ...job,
    checksum: job.host.release.sha256,
    prefix: job.destination,
  };
  const resumed = hasUnfinishedBuild(job.folder, request.checksum);
  try {
    return await buildPython(request);
  } catch (error) {
    const damaged = resumed && error instanceof CommandFailed && !isDiskFull(error, job.log.tail());
    if (!damaged || job.signal.aborted) {
      throw error;
    }
  }
  job.progress.say('the unfinished build could not be continued; building anew');
  await fs.promises.rm(job.folder, { recursive: true, force: true });
  return buildPython(request);
}
