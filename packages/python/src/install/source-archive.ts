/**
 * Gets the verified source archive from the first place that has it. Every place that does not is
 * remembered with its reason, because "no network" alone helps nobody.
 */
import { execFile } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { NogilError } from '@nogil/abi';
import type { CacheLayout } from '../cache-directory.js';
import { variable, type Environment } from '../platform.js';
import type { InstallProgress } from '../progress/events.js';
import { parseAptProxies, readAptMirrors } from './apt-sources.js';
import { checksumMismatch, sha256 } from './checksum.js';
import { isDiskFull } from './disk-space.js';
import { displayUrl, download } from './download.js';

/** The release to get; {@link sourceRelease}, or a small one in tests. */
export interface ArchiveRelease {
  readonly version: string;
  readonly sha256: string;
  readonly bytes: number;
  readonly fileName: string;
  readonly debianName: string;
  readonly url: string;
  readonly debianPath: string;
}

/** Where to look for the archive. */
export interface ArchiveRequest {
  readonly release: ArchiveRelease;
  readonly layout: CacheLayout;
  readonly env: Environment;
  /** apt's configuration folder. */
  readonly aptFolder: string;
  readonly signal: AbortSignal | undefined;
  readonly progress: InstallProgress;
}

interface Failure {
  readonly source: string;
  readonly reason: string;
  readonly error?: unknown;
}

/**
 * Gets the source archive: from the folder `NOGIL_SOURCE_CACHE`, an earlier download, python.org, or
 * the mirrors of the machine's apt.
 *
 * @param request - where to look
 * @returns the path of a file whose checksum was just verified
 * @throws NogilError `SOURCE_UNAVAILABLE` with every place, its reason, and remedies
 */
export async function obtainArchive(request: ArchiveRequest): Promise<string> {
  const { release, layout, progress } = request;
  const failures: Failure[] = [];
  for (const file of localFiles(request)) {
    const failure = await rejectFile(file, release);
    if (failure === undefined) {
      progress.say(`using the source archive ${file}`);
      return file;
    }
    failures.push(failure);
  }
  const target = path.join(layout.downloads, release.fileName);
  for (const { url, proxies } of await remotes(request)) {
    progress.say(`downloading CPython ${release.version} from ${displayUrl(url)}`);
    try {
      await download({
        url,
        target,
        sha256: release.sha256,
        bytes: release.bytes,
        env: request.env,
        proxies,
        signal: request.signal,
        onBytes: (received) => {
          progress.advance(received / release.bytes);
        },
      });
      return target;
    } catch (error) {
      if (request.signal?.aborted === true || isDiskFull(error)) {
        throw error;
      }
      const reason = error instanceof Error ? error.message : String(error);
      failures.push({ source: displayUrl(url), reason, error });
      progress.say(reason.startsWith(displayUrl(url)) ? reason : `${displayUrl(url)}: ${reason}`);
    }
  }
  throw unavailable(request, failures);
}

function localFiles({ release, layout, env }: ArchiveRequest): string[] {
  const folder = variable(env, 'NOGIL_SOURCE_CACHE');
  const names = [release.fileName, release.debianName];
  return [
    ...(folder === undefined ? [] : names.map((name) => path.resolve(folder, name))),
    path.join(layout.downloads, release.fileName),
  ];
}

/** Undefined when the file is the release. A file that is there and is not it is deleted. */
async function rejectFile(file: string, release: ArchiveRelease): Promise<Failure | undefined> {
  if (fs.statSync(file, { throwIfNoEntry: false })?.isFile() !== true) {
    return { source: file, reason: 'there is no such file' };
  }
  const actual = await sha256(file);
  if (actual === release.sha256) {
    return undefined;
  }
  const outcome = await remove(file);
  const error = checksumMismatch(file, release.sha256, actual, outcome);
  return { source: file, reason: error.message, error };
}

async function remove(file: string): Promise<string> {
  try {
    await fs.promises.rm(file);
    return 'it was deleted';
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? '';
    if (['EACCES', 'EPERM', 'EROFS'].includes(code)) {
      return `it is not used, and could not be deleted (${code})`;
    }
    throw error;
  }
}

interface Remote {
  readonly url: string;
  readonly proxies: { readonly http?: string; readonly https?: string };
}

async function remotes({ release, aptFolder }: ArchiveRequest): Promise<Remote[]> {
  const mirrors = readAptMirrors(aptFolder);
  const proxies = mirrors.length === 0 ? {} : await aptProxies();
  return [
    { url: release.url, proxies: {} },
    ...mirrors.map((root) => ({ url: `${root}/${release.debianPath}`, proxies })),
  ];
}

async function aptProxies(): Promise<Remote['proxies']> {
  try {
    const { stdout } = await promisify(execFile)('apt-config', ['dump'], { timeout: 5000 });
    return parseAptProxies(stdout);
  } catch (error) {
    // Sources without a working apt-config: there is no proxy setting to honour.
    if (error instanceof Error) {
      return {};
    }
    throw error;
  }
}

function unavailable(request: ArchiveRequest, failures: readonly Failure[]): NogilError {
  const { release, layout } = request;
  const tried = failures.map(({ source, reason }) =>
    reason.startsWith(source) ? `  ${reason}` : `  ${source}: ${reason}`,
  );
  const folder = variable(request.env, 'NOGIL_SOURCE_CACHE');
  if (folder === undefined) {
    tried.unshift('  NOGIL_SOURCE_CACHE: is not set');
  }
  const cause = failures.map(({ error }) => error).find((error) => error !== undefined);
  return new NogilError(
    'SOURCE_UNAVAILABLE',
    `the source archive of CPython ${release.version} could not be had. Tried:\n${tried.join('\n')}\n` +
      `Next step: connect to the network or set https_proxy and run the same command again; or copy ` +
      `${release.fileName} (SHA-256 ${release.sha256}) into ${layout.downloads}; or set ` +
      'NOGIL_SOURCE_CACHE to a folder that has it; or set NOGIL_PYTHON to a CPython 3.10 or newer ' +
      'with a shared library.',
    { cause },
  );
}
