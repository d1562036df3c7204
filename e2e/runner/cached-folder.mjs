// @ts-check
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { cacheDirectory } from '@nogil/python';

/**
 * A folder in the cache that is expensive to make. It is named after what it is made from, and gets that name only
 * when it is complete: one that was interrupted is never used.
 *
 * @param {string} name - for people
 * @param {unknown} facts - everything that decides what is in it, as JSON
 * @param {(folder: string) => Promise<void>} make - fills an empty folder, which is renamed afterwards
 * @returns {Promise<string>} absolute path
 */
export async function cachedFolder(name, facts, make) {
  const environments = path.join(cacheDirectory(), 'environments');
  const key = createHash('sha256').update(JSON.stringify(facts)).digest('hex').slice(0, 16);
  const finished = path.join(environments, `${name}-${key}`);
  if (existsSync(finished)) return finished;
  mkdirSync(environments, { recursive: true });
  const unfinished = mkdtempSync(path.join(environments, 'unfinished-'));
  try {
    await make(unfinished);
    take(unfinished, finished);
  } finally {
    rmSync(unfinished, { recursive: true, force: true, maxRetries: 5 });
  }
  return finished;
}

/**
 * @param {string} unfinished
 * @param {string} finished
 */
function take(unfinished, finished) {
  try {
    renameSync(unfinished, finished);
  } catch (error) {
    if (!existsSync(finished)) throw error; // else another run was quicker, and made the same
  }
}
