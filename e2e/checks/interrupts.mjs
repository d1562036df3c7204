// @ts-check
import { check } from '../runner/check.mjs';

/** How long a process may live on after Ctrl-C, in milliseconds. */
const BOUND_MS = 5000;

/** What a shell reports for a process that SIGINT ended, should the host turn it into an exit code. */
const INTERRUPTED = 130;

/** @param {import('../runner/check.mjs').Outcome} outcome */
function interrupted({ code, signal, sinceReady }) {
  if (sinceReady === Infinity) return 'it ended before it was ready';
  if (signal !== 'SIGINT' && code !== INTERRUPTED) {
    return `ended with exit code ${code}, signal ${signal}; expected SIGINT`;
  }
  return sinceReady > BOUND_MS ? `took ${sinceReady} ms to end` : undefined;
}

/**
 * @param {string} name
 * @param {string} program
 * @param {import('../runner/check.mjs').Check['pythons']} [pythons]
 */
function interrupt(name, program, pythons = 'primary') {
  return check(name, { program, pythons, signal: 'SIGINT', problem: interrupted });
}

/** Ctrl-C ends the process, whatever it is doing. */
export const interrupts = [
  interrupt('Ctrl-C while JavaScript idles', 'interrupt-idle'),
  interrupt('Ctrl-C while Python computes', 'interrupt-computing', 'builds'),
  interrupt('Ctrl-C while Python sleeps', 'interrupt-sleeping'),
];
