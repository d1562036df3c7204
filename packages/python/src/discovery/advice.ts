/** The next step for somebody who lacks a Python: only what the installer can really do is promised. */
import { pythonVariants } from '../install/variant.js';
import type { VersionRequest } from '../version-request.js';

/**
 * Says how to get a Python.
 *
 * @param request - the version asked for, if one was
 * @returns a complete sentence
 */
export function installAdvice(request: VersionRequest | undefined): string {
  if (request === undefined) {
    return 'Install one with `npx nogil python install`.';
  }
  return pythonVariants.some((variant) => variant === request.text)
    ? `Install it with \`npx nogil python install ${request.text}\`.`
    : `Install a CPython ${request.text} with a shared library (for example with ` +
        `\`uv python install ${request.text}\`), or ask for one of ${pythonVariants.join(', ')}, ` +
        'which `npx nogil python install` provides.';
}
