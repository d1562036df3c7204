import { NogilError } from '@nogil/abi';

import { Keywords } from '../keywords.js';

/** The error for a value that has no counterpart in Python. */
export function unsupported(what: string, advice: string): NogilError {
  return new NogilError('UNSUPPORTED_VALUE', `${what} cannot be passed to Python: ${advice}`);
}

/**
 * The error for the use of a proxy after `destroy()`.
 *
 * @param farewell - what whoever destroyed it had to say
 */
export function destroyed(farewell?: string): NogilError {
  return new NogilError(
    'STALE_HANDLE',
    'this Python object was released by destroy(), or at the end of a `using` block; ' +
      `use it before, or keep another reference to the object${farewell === undefined ? '' : `. Its owner says: ${farewell}`}`,
  );
}

/** Throws for what must not become a mere reference, as it means something else. */
export function refuse(value: object): void {
  if (Keywords.is(value)) {
    throw unsupported('kw(…)', 'it must be the last argument of a call');
  }
}
