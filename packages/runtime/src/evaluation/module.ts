import { NogilError } from '@nogil/abi';
import { NG_OPERATION_CALL } from '@nogil/abi/constants';

import { environment } from '../environment.js';
import { invoke } from '../invoke.js';
import { Keywords } from '../keywords.js';
import { supportFunction } from '../support.js';
import type { PyAny } from '../types.js';

/** What a module is made of: one of `source` and `path`. */
export interface ModuleOptions {
  /** Its code. */
  readonly source?: string;
  /** A file that Python imports: source, byte code or an extension module. */
  readonly path?: string;
  /** Whether `import` finds it from now on, in place of another one of that name. */
  readonly register?: boolean;
  /** Whether it is a package: then others may be registered below it. A file `__init__.py` is one. */
  readonly package?: boolean;
}

/**
 * Makes a module.
 *
 * @param name - its full name; below a package it may import relatively
 */
export function makeModule(name: string, options: ModuleOptions): PyAny {
  const { source, path, register = false, package: isPackage = false } = options;
  if (typeof name !== 'string' || name === '') {
    throw new NogilError('INVALID_ARGUMENT', `a module's name is a string, not ${typeof name}`);
  }
  if ((typeof source === 'string') === (typeof path === 'string')) {
    throw new NogilError(
      'INVALID_ARGUMENT',
      'a module is made of one of both: { source: "code" } or { path: "file.py" }',
    );
  }
  const here = environment();
  const made = source === undefined ? { path } : { source };
  const keywords = new Keywords({ ...made, register, package: isPackage });
  return invoke(here, NG_OPERATION_CALL, supportFunction(here, 'make_module'), [name], keywords);
}
