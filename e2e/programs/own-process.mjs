// @ts-check
import { execFileSync } from 'node:child_process';

/**
 * What the chosen Python prints in a process of its own, with this process's environment.
 *
 * @param {string} source
 * @param {string} [executable] - another Python
 */
export function printedByPython(source, executable = process.env.NOGIL_PYTHON ?? '') {
  return execFileSync(executable, ['-c', source], { encoding: 'utf8' }).trimEnd();
}
