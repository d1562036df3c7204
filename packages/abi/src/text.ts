import { NogilError } from './error.js';

function refuse(what: string, why: string): never {
  throw new NogilError('INVALID_ARGUMENT', `${what} ${why}`);
}

/**
 * Text that reaches the core as it is. It travels as UTF-8, where every lone surrogate would become the
 * same other character.
 *
 * @param what - its subject, for the error
 * @param text - what was given
 * @throws NogilError `INVALID_ARGUMENT` for what is no string, and for lone surrogates
 */
export function checkedText(what: string, text: string): string {
  if (typeof text !== 'string') return refuse(what, `is a string, not ${typeof text}`);
  if (/\p{Surrogate}/u.test(text)) refuse(what, 'cannot contain lone surrogates');
  return text;
}

/**
 * As {@link checkedText}, for what ends at the first NUL on its way into C.
 *
 * @throws NogilError `INVALID_ARGUMENT`, for NUL, too
 */
export function checkedName(what: string, text: string): string {
  if (checkedText(what, text).includes('\0')) refuse(what, 'cannot contain NUL');
  return text;
}
