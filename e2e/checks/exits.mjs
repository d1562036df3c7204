// @ts-check
import { ATEXIT, BUFFERED } from '../programs/traces.mjs';
import { check } from '../runner/check.mjs';

/** How long the process may take from process.exit() to its end, whatever Python does: twice the exit bound. */
const BOUND_MS = 2 * 2000;
/** A process that hangs at its exit hangs for ever: this is long enough to be sure. */
const DEADLINE_MS = 20_000;

/**
 * The process ends with this code, in time, after Python ran its atexit callbacks, once, and wrote out
 * what it had buffered.
 *
 * @param {number} expected
 * @param {string} [message] - what stderr must say
 * @returns {import('../runner/check.mjs').Check['problem']}
 */
function ends(expected, message = '') {
  return ({ code, stdout, stderr, sinceReady, read }) => {
    if (code !== expected) return `exit code ${code}, expected ${expected}`;
    const ran = read(ATEXIT);
    if (ran !== 'ran\n') return `atexit callbacks left ${JSON.stringify(ran)}, expected one line`;
    if (!stdout.includes(BUFFERED)) return 'what Python had buffered for stdout is lost';
    if (!stderr.includes(message)) return `stderr does not say "${message}"`;
    const bounded = sinceReady === Infinity || sinceReady <= BOUND_MS;
    return bounded ? undefined : `took ${sinceReady} ms to end`;
  };
}

/**
 * @param {string} name
 * @param {string} program
 * @param {import('../runner/check.mjs').Check['problem']} problem
 * @param {import('../runner/check.mjs').Check['pythons']} [pythons]
 */
function exit(name, program, problem, pythons = 'primary') {
  return check(name, { program, problem, pythons, deadline: DEADLINE_MS });
}

/**
 * The same where a worker is inside Python when main calls process.exit(). Main must have used Python: the
 * promise is made to those alone, as Node joins the worker before anything of ours could run in a main thread
 * that never loaded us (docs/architecture.md, "End").
 *
 * @param {string} name
 * @param {string} program
 * @param {import('../runner/check.mjs').Check['pythons']} [pythons]
 */
function exitWhileInside(name, program, pythons = 'primary') {
  const parts = { program, pythons, problem: ends(5), deadline: DEADLINE_MS };
  return check(name, { ...parts, places: ['main'] });
}

/**
 * However the process ends, Python ends with it: right exit code, nothing lost, nothing hangs. In the
 * place `worker`, main has never used Python.
 */
export const exits = [
  exit('natural end', 'exit-natural', ends(0)),
  exit('process.exit(7)', 'exit-code', ends(7), 'all'),
  exit('uncaught error', 'exit-uncaught', ends(1, 'nobody catches this')),
  exitWhileInside('process.exit(5), a worker computes', 'exit-worker-computes', 'builds'),
  exitWhileInside('process.exit(5), a worker sleeps', 'exit-worker-sleeps'),
  exitWhileInside('process.exit(5), a worker holds a C stream', 'exit-worker-in-stdio'),
  exit('process.exit(6), an executor is at work', 'exit-executor', ends(6), 'builds'),
  exit('natural end, daemon threads run', 'exit-daemon-threads', ends(0)),
  exit('natural end, Python threads run', 'exit-plain-threads', ends(0)),
  exit('process.exit(7), daemon threads run', 'exit-code-daemon-threads', ends(7)),
  exit('process.exit(7), Python threads run', 'exit-code-plain-threads', ends(7)),
];
