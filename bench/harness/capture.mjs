// @ts-check
import { spawn } from 'node:child_process';

/**
 * Runs a program to its end.
 *
 * @param {string} program
 * @param {readonly string[]} args
 * @param {object} [options]
 * @param {string} [options.cwd]
 * @param {NodeJS.ProcessEnv} [options.env] - replaces the environment
 * @param {number} [options.seconds] - how long it may take; default 600
 * @returns {Promise<{ stdout: string, milliseconds: number }>}
 * @throws Error with the end of what it printed, when it failed
 */
export async function capture(program, args, { cwd, env, seconds = 600 } = {}) {
  const start = performance.now();
  const child = spawn(program, args, {
    cwd,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: seconds * 1000,
    killSignal: 'SIGKILL',
  });
  let stdout = '';
  let all = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text) => {
      all += text;
      if (stream === child.stdout) stdout += text;
    });
  }
  await new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => {
      if (code === 0) resolve(undefined);
      else reject(new Error(`${program} ended with ${signal ?? code}:\n${lastLines(all)}`));
    });
  });
  return { stdout, milliseconds: performance.now() - start };
}

/** @param {string} text */
function lastLines(text) {
  return text.trimEnd().split('\n').slice(-20).join('\n');
}
