// @ts-check
import { spawn } from 'node:child_process';

/**
 * @typedef {object} Outcome
 * @property {number} code - exit code; 128 + n where signal n ended the program; 127 where it could not start
 * @property {string} stdout - what was captured, empty unless `output` is 'capture'
 * @property {string} stderr
 */

/**
 * Runs a program to its end. It has no stdin: nothing here may wait for a keyboard.
 *
 * @param {string} program
 * @param {string[]} args
 * @param {object} [options]
 * @param {string} [options.cwd]
 * @param {NodeJS.ProcessEnv} [options.env] - replaces the environment
 * @param {'inherit' | 'stderr' | 'capture'} [options.output] - 'stderr' sends both streams there, so that
 *   stdout stays free for results
 * @param {string} [options.input] - text for its stdin
 * @returns {Promise<Outcome>} never rejects: a program that cannot be started is an outcome too
 */
export function run(program, args, { cwd, env, output = 'inherit', input } = {}) {
  const stream = output === 'capture' ? 'pipe' : output === 'stderr' ? 2 : 'inherit';
  const child = spawn(program, args, {
    cwd,
    env,
    stdio: [input === undefined ? 'ignore' : 'pipe', stream, output === 'stderr' ? 2 : stream],
    windowsHide: true,
  });
  let stdout = '';
  let stderr = '';
  child.stdout?.setEncoding('utf8').on('data', (text) => (stdout += text));
  child.stderr?.setEncoding('utf8').on('data', (text) => (stderr += text));
  // A program that exits without reading its stdin breaks the pipe; its exit code tells the story.
  child.stdin?.on('error', () => undefined).end(input);
  return new Promise((resolve) => {
    child.on('error', (error) => resolve({ code: 127, stdout, stderr: stderr + error.message }));
    child.on('close', (code, signal) => {
      resolve({ code: code ?? 128 + signalNumber(signal), stdout, stderr });
    });
  });
}

/** @param {NodeJS.Signals | null} signal */
function signalNumber(signal) {
  return signal === 'SIGINT' ? 2 : signal === 'SIGTERM' ? 15 : signal === 'SIGKILL' ? 9 : 1;
}
