import { loadCore, NogilError } from '@nogil/abi';
import { NG_EXIT_BOUND_MS } from '@nogil/abi/constants';

const SHORTEST_MS = 100;
const LONGEST_MS = 600_000;

/**
 * Refuses what is no exit bound.
 *
 * @param bound - a whole number of milliseconds from 100 to 600 000
 * @param name - what the program calls it
 * @throws NogilError `INVALID_ARGUMENT`
 */
export function checkExitBound(bound: number, name: string): void {
  if (Number.isInteger(bound) && bound >= SHORTEST_MS && bound <= LONGEST_MS) return;
  throw new NogilError(
    'INVALID_ARGUMENT',
    `${name} is ${String(bound)}; it is a whole number of milliseconds from ${SHORTEST_MS} to ${LONGEST_MS}`,
  );
}

/** What `NOGIL_EXIT_BOUND` says, or what counts without it, in milliseconds. */
export function boundOfEnvironment(): number {
  const setting = process.env.NOGIL_EXIT_BOUND;
  if (setting === undefined || setting === '') return NG_EXIT_BOUND_MS;
  const bound = /^\d+$/.test(setting) ? Number(setting) : NaN;
  if (Number.isNaN(bound)) {
    throw new NogilError(
      'INVALID_ARGUMENT',
      `NOGIL_EXIT_BOUND is "${setting}"; it is milliseconds, as in NOGIL_EXIT_BOUND=2000`,
    );
  }
  checkExitBound(bound, 'NOGIL_EXIT_BOUND');
  return bound;
}

/**
 * How long the process may take from being told to end until it is over, in milliseconds.
 *
 * @remarks Any JS thread.
 */
export function exitBound(): number {
  return loadCore().exitBound();
}
