/**
 * Version requests such as `3.14t`: parsing, matching, writing out. What breaks here is which build a
 * program gets, so flags are exact: `3.14` never selects a free-threaded, debug or sanitizer build.
 */
import { NogilError } from '@nogil/abi';
import type { PythonDescription } from './installation.js';

/** A parsed version request. */
export interface VersionRequest {
  readonly text: string;
  readonly major: number;
  readonly minor: number | undefined;
  readonly micro: number | undefined;
  readonly freeThreaded: boolean;
  readonly debug: boolean;
  readonly sanitizer: 'thread' | 'address' | null;
}

const grammar = /^(\d+)(?:\.(\d+)(?:\.(\d+))?)?(t)?(d)?(?:-(tsan|asan))?$/;

/**
 * Reads a version request.
 *
 * @param text - `3`, `3.14` or `3.14.5`, then `t` for a free-threaded build, `d` for a debug build and
 *   `-tsan` or `-asan` for a sanitizer build, in that order. What is not asked for is excluded.
 * @returns the request
 * @throws NogilError `INVALID_ARGUMENT` when the text is none of these
 */
export function parseVersionRequest(text: string): VersionRequest {
  const match = grammar.exec(text.trim());
  if (match === null) {
    throw new NogilError(
      'INVALID_ARGUMENT',
      `"${text}" is not a Python version; write it like 3.14, 3.14t (free-threaded), 3.14d (debug), ` +
        '3.14td or 3.14.5t',
    );
  }
  const number = (part: string | undefined): number | undefined =>
    part === undefined ? undefined : Number(part);
  return {
    text: text.trim(),
    major: Number(match[1]),
    minor: number(match[2]),
    micro: number(match[3]),
    freeThreaded: match[4] !== undefined,
    debug: match[5] !== undefined,
    sanitizer: match[6] === 'tsan' ? 'thread' : match[6] === 'asan' ? 'address' : null,
  };
}

/**
 * Tells whether a Python is what was asked for.
 *
 * @param request - the parsed request
 * @param python - what the Python says about itself
 * @returns true when version, threading, debug and sanitizer all agree
 */
export function matchesRequest(
  request: VersionRequest,
  python: Pick<PythonDescription, 'version' | 'freeThreaded' | 'debug' | 'sanitizer'>,
): boolean {
  return (
    request.major === python.version.major &&
    (request.minor === undefined || request.minor === python.version.minor) &&
    (request.micro === undefined || request.micro === python.version.micro) &&
    request.freeThreaded === python.freeThreaded &&
    request.debug === python.debug &&
    request.sanitizer === python.sanitizer
  );
}

/**
 * Writes a build the way a request would ask for it.
 *
 * @param python - what the Python says about itself
 * @returns for example `3.14.5t` or `3.14.5td-tsan`
 */
export function buildText(
  python: Pick<PythonDescription, 'version' | 'freeThreaded' | 'debug' | 'sanitizer'>,
): string {
  const sanitizer = { thread: '-tsan', address: '-asan' };
  return (
    python.version.text +
    (python.freeThreaded ? 't' : '') +
    (python.debug ? 'd' : '') +
    (python.sanitizer === null ? '' : sanitizer[python.sanitizer])
  );
}
