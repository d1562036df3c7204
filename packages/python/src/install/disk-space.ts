/** Room on the disk: asked for before a build starts, and explained when it ran out after all. */
import fs from 'node:fs';
import path from 'node:path';
import { NogilError } from '@nogil/abi';

/** Tells how many bytes this user may still write below a folder. */
export type FreeBytes = (folder: string) => Promise<number>;

/** Asks the file system; a folder that does not exist yet counts as its nearest parent. */
export async function freeBytes(folder: string): Promise<number> {
  let existing = folder;
  while (!fs.existsSync(existing)) {
    existing = path.dirname(existing);
  }
  const stats = await fs.promises.statfs(existing);
  return stats.bavail * stats.bsize;
}

/**
 * Makes sure there is room.
 *
 * @param folder - where the bytes will be written
 * @param bytes - how many
 * @param free - the file system's answer
 * @throws NogilError `INSTALL_FAILED` that names the folder, the bytes and what to remove
 */
export async function requireSpace(folder: string, bytes: number, free: FreeBytes): Promise<void> {
  const available = await free(folder);
  if (available < bytes) {
    throw new NogilError(
      'INSTALL_FAILED',
      `not enough room in ${folder}: ${megabytes(bytes)} are needed, ` +
        `${megabytes(available)} are free. ${whatToRemove(folder)}`,
    );
  }
}

/** The error for a disk that filled up on the way; `cause` is what failed. */
export function diskFull(folder: string, bytes: number, cause: unknown): NogilError {
  return new NogilError(
    'INSTALL_FAILED',
    `the disk is full: writing to ${folder} failed. About ${megabytes(bytes)} are needed in all. ` +
      whatToRemove(folder),
    { cause },
  );
}

/** Whether an error, or what a build tool printed, means a full disk or an exhausted quota. */
export function isDiskFull(error: unknown, output = ''): boolean {
  const code = (error as NodeJS.ErrnoException | undefined)?.code ?? '';
  return (
    code === 'ENOSPC' ||
    code === 'EDQUOT' ||
    /No space left on device|Disk quota exceeded|There is not enough space on the disk/.test(output)
  );
}

function whatToRemove(folder: string): string {
  const builds = path.join(folder, 'builds');
  const pythons = path.join(folder, 'pythons');
  return (
    `Free some space, for example by removing ${builds} (unfinished builds) or Pythons no longer ` +
    `needed below ${pythons}, or set NOGIL_HOME to a folder on another disk; ` +
    'then run the same command again, it continues.'
  );
}

function megabytes(bytes: number): string {
  return `${Math.ceil(bytes / 1e6)} MB`;
}
