import { NogilError } from '@nogil/abi';

/** The longest time that timers of JavaScript can measure. */
const LONGEST_MS = 2_147_483_647;

/**
 * @param timeoutMs - milliseconds, 0 to 2 147 483 647, or Infinity; Infinity by default
 * @throws NogilError `INVALID_ARGUMENT`
 */
export function checkedTimeout(timeoutMs = Infinity): number {
  const is = typeof timeoutMs === 'number'; // '5' and null compare as numbers, too
  if (is && (timeoutMs === Infinity || (timeoutMs >= 0 && timeoutMs <= LONGEST_MS))) {
    return timeoutMs;
  }
  throw new NogilError(
    'INVALID_ARGUMENT',
    `timeoutMs is ${timeoutMs}; it is a number from 0 to ${LONGEST_MS}, or Infinity`,
  );
}

/**
 * Names reach the core as UTF-8, where lone surrogates would all be the same character.
 *
 * @throws NogilError `INVALID_ARGUMENT`
 */
export function checkedName(name: string): string {
  if (typeof name === 'string' && name !== '' && !/\p{Surrogate}/u.test(name)) return name;
  throw new NogilError(
    'INVALID_ARGUMENT',
    'a mutex is named by a string that is not empty and well-formed',
  );
}
