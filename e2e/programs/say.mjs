// @ts-check
import { writeSync } from 'node:fs';

/**
 * Writes a line to the process's stdout now: a worker's console goes through the main thread, which may
 * be busy or gone.
 *
 * @param {'ready' | 'done'} line - what the runner waits for
 */
export function say(line) {
  writeSync(1, `${line}\n`);
}
