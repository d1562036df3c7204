// @ts-check
/** @typedef {'main' | 'worker'} Place - the thread that runs the program */

/**
 * What became of a process.
 * @typedef {object} Outcome
 * @property {number | null} code - exit code; null after a signal
 * @property {NodeJS.Signals | null} signal
 * @property {string} stdout
 * @property {string} stderr
 * @property {number} milliseconds - from start to end
 * @property {number} sinceReady - milliseconds from the line `ready` on stdout to the end; infinite without it
 * @property {boolean} late - it had to be killed at its deadline
 * @property {boolean} strays - it left processes behind
 * @property {(name: string) => string | undefined} read - a file the program left in its working folder
 */

/**
 * One thing nogil promises.
 * @typedef {object} Check
 * @property {string} name - what is checked, for the table
 * @property {string} program - its file in programs/, without extension
 * @property {readonly Place[]} places
 * @property {'primary' | 'builds' | 'all'} pythons - where it runs: on the primary Python, on every build too, or also on
 *   every kind of installation
 * @property {(engine: string) => boolean} engines - whether an engine can do what is checked at all
 * @property {boolean} gc - whether the program calls `gc()`
 * @property {Readonly<Record<string, string | undefined>>} environment - set, or removed where undefined
 * @property {number} deadline - milliseconds
 * @property {readonly string[]} parameters - what the program finds in process.argv behind its own name
 * @property {NodeJS.Signals} [signal] - sent after the line `ready`; SIGINT as a terminal does for Ctrl-C
 * @property {string} [repeatedBy] - the command that runs it, but for engine and Python; run.mjs without it
 * @property {(outcome: Outcome) => string | undefined} problem - what is wrong; undefined when nothing is
 */

/** A process that takes longer hangs; on an idle machine the longest takes a few seconds. */
const DEADLINE_MS = 60_000;

/**
 * @param {string} name
 * @param {Partial<Check> & { program: string }} parts - what differs from a program that runs anywhere,
 *   makes its own assertions and comes to its end
 * @returns {Check}
 */
export function check(name, parts) {
  return {
    places: ['main', 'worker'],
    pythons: 'primary',
    engines: () => true,
    gc: false,
    environment: {},
    deadline: DEADLINE_MS,
    parameters: [],
    problem: finishes,
    ...parts,
    name,
  };
}

/**
 * The program came to its end: it says so, because a process that ends early ends with 0 as well.
 * @param {Outcome} outcome
 */
function finishes(outcome) {
  if (outcome.code !== 0) return `exit code ${outcome.code}, expected 0`;
  return outcome.stdout.endsWith('done\n') ? undefined : 'it ended before it was done';
}
