/** Turns what was thrown into the text a person reads. */
import { PythonError } from 'nogil';

/**
 * A Python exception with its traceback, an error of nogil with its message, anything unforeseen with
 * its stack.
 *
 * @param error - what was caught
 */
export function describeError(error: unknown): string {
  if (error instanceof PythonError) return error.traceback.trimEnd();
  if (!(error instanceof Error)) return String(error);
  const isForPeople = 'code' in error && error.name === 'NogilError';
  return isForPeople ? error.message : (error.stack ?? error.message);
}
