/**
 * One installer at a time. The lock is a folder whose age its holder keeps renewing, so it works over
 * shared folders and between containers, where process numbers mean nothing; the lock of a killed
 * holder grows old and is taken over.
 */
import fs from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import lockfile from 'proper-lockfile';
import { NogilError } from '@nogil/abi';

/**
 * A lock not renewed for this long, in milliseconds, belongs to nobody. It exceeds the ten seconds for
 * which asking a hanging Python may block the holder's event loop.
 */
export const staleAfter = 15_000;

/** How to take a lock. */
export interface LockOptions {
  readonly signal: AbortSignal | undefined;
  /** Called about twice a second while somebody else holds the lock. */
  readonly onWait: () => void;
  /** For tests; see {@link staleAfter}. */
  readonly stale?: number;
}

/**
 * Runs a body while holding a lock; waits for its turn as long as it takes.
 *
 * @param file - names the lock; its folder is made if need be
 * @param options - abort signal and what to do before waiting
 * @param body - runs with a signal that is also aborted when the lock is lost
 * @returns what the body returns
 * @throws the abort reason; `INSTALL_FAILED` when the lock was lost (the machine slept, or its clock
 *   was changed) and another installer may have begun
 */
export async function withLock<Result>(
  file: string,
  options: LockOptions,
  body: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  await fs.mkdir(path.dirname(file), { recursive: true });
  const lost = new AbortController();
  const release = await acquire(file, options, lost);
  const signals = options.signal === undefined ? [lost.signal] : [lost.signal, options.signal];
  try {
    return await body(AbortSignal.any(signals));
  } finally {
    if (!lost.signal.aborted) {
      await release();
    }
  }
}

async function acquire(
  file: string,
  options: LockOptions,
  lost: AbortController,
): Promise<() => Promise<void>> {
  const stale = options.stale ?? staleAfter;
  for (;;) {
    options.signal?.throwIfAborted();
    try {
      return await lockfile.lock(file, {
        realpath: false,
        lockfilePath: file,
        stale,
        update: Math.floor(stale / 5),
        onCompromised(error) {
          lost.abort(
            new NogilError(
              'INSTALL_FAILED',
              `the lock ${file} was lost while this installer held it; run the same command again`,
              { cause: error },
            ),
          );
        },
      });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ELOCKED') {
        throw error;
      }
    }
    options.onWait();
    // The file systems this must work on cannot tell another process that a lock is free.
    const pause = delay(250 + Math.random() * 250, undefined, { signal: options.signal });
    // It fails only when aborted, and then the next round throws the caller's own reason.
    await pause.catch(() => undefined);
  }
}
