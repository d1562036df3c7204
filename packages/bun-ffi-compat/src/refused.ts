import { FfiError } from './ffi-error.js';

function refuse(what: string, instead: string): never {
  throw new FfiError('NOT_SUPPORTED', `${what} of bun:ffi is not in bun-ffi-compat: ${instead}`);
}

/**
 * Compiles C. There is no compiler in here.
 *
 * @throws FfiError `NOT_SUPPORTED`, always
 */
export function cc(): never {
  return refuse('cc', 'compile the C file to a shared library and dlopen that');
}

/**
 * The C code that Bun compiles for a call. Other hosts compile none.
 *
 * @throws FfiError `NOT_SUPPORTED`, always
 */
export function viewSource(): never {
  return refuse('viewSource', 'only Bun makes such code; import it from bun:ffi there');
}
