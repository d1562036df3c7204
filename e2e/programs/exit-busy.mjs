// @ts-check
import { startMember } from './crew.mjs';
import { endProcess } from './ending.mjs';
import { leaveTraces } from './traces.mjs';

/**
 * Calls process.exit(5) in the main thread, which has used Python, while a worker is inside it.
 *
 * @param {string} source - Python that makes the file and does not come back
 */
export function exitWhile(source) {
  leaveTraces();
  endProcess({ code: 5, onceInside: true });
  startMember({ source });
}
