// @ts-check
import { spawn } from 'node:child_process';

/**
 * How a program ended.
 *
 * @typedef {object} Observed
 * @property {number | null} code - null when a signal ended it
 * @property {NodeJS.Signals | null} signal
 * @property {string} output - both streams, as they came
 */

/**
 * Runs a program to its end, without a standard input.
 *
 * @param {string} program
 * @param {readonly string[]} args
 * @param {{ cwd: string, env: Record<string, string>, deadline: number, uid?: number | undefined }} options - the
 *   deadline is in milliseconds; `uid`: another user
 * @returns {Promise<Observed>}
 */
export function observe(program, args, { cwd, env, deadline, uid }) {
  const user = uid === undefined ? {} : { uid, gid: uid };
  const child = spawn(program, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'], ...user });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text) => (output += text));
  child.stderr.setEncoding('utf8').on('data', (text) => (output += text));
  const timer = setTimeout(() => child.kill('SIGKILL'), deadline);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => {
      clearTimeout(timer);
      resolve({ code, signal, output });
    });
  });
}

/**
 * @param {Observed} observed
 * @returns {string}
 */
export function describe({ code, signal, output }) {
  const shown = output === '' ? '(no output)' : output.trimEnd().replaceAll(/^/gm, '  | ');
  return `  exit code ${code}, signal ${signal}\n${shown}`;
}
