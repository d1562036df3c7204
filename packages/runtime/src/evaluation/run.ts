import { NogilError } from '@nogil/abi';
import { NG_OPERATION_CALL } from '@nogil/abi/constants';

import { environment } from '../environment.js';
import { invoke } from '../invoke.js';
import { Keywords } from '../keywords.js';
import { supportFunction } from '../support.js';
import type { PyAny, PyProxy } from '../types.js';

/** Names that code sees: a `dict`; or values, which are copied into one, so that what the code assigns goes with it. */
export type Namespace = PyProxy | Readonly<Record<string, unknown>>;

/** Where code runs. */
export interface RunOptions {
  /** The file name that tracebacks show. Without one they show the source all the same. */
  readonly filename?: string;
  /** What to run in; without it, the namespace of `__main__`, which all threads share. */
  readonly globals?: Namespace;
  /** Where assignments go, if not to the globals: any mapping, as `exec()` takes it. */
  readonly locals?: Namespace;
  /** Whether to run in a fresh namespace that nobody else sees; not together with `globals`. */
  readonly isolated?: boolean;
}

const KNOWN: ReadonlySet<string> = new Set(['filename', 'globals', 'locals', 'isolated']);

function refuse(message: string): never {
  throw new NogilError('INVALID_ARGUMENT', message);
}

function checked(options: RunOptions): Keywords {
  for (const name of Object.keys(options)) {
    if (!KNOWN.has(name)) refuse(`there is no option ${name}; there are ${[...KNOWN].join(', ')}`);
  }
  const { filename, globals, isolated } = options;
  if (filename !== undefined && typeof filename !== 'string') {
    refuse(`filename is a string, not ${typeof filename}`);
  }
  if (globals !== undefined && isolated === true) {
    refuse('isolated code has globals of its own: leave out `globals` or `isolated`');
  }
  return new Keywords(
    Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)),
  );
}

/**
 * Runs or evaluates Python code.
 *
 * @param how - the core's function that does it
 */
export function runSource(how: 'run' | 'evaluate', source: string, options: RunOptions): PyAny {
  if (typeof source !== 'string') refuse(`Python code must be a string, not ${typeof source}`);
  const keywords = checked(options);
  const here = environment();
  return invoke(here, NG_OPERATION_CALL, supportFunction(here, how), [source], keywords);
}

/** The namespace of `__main__`. */
export function mainNamespace(): PyProxy {
  const here = environment();
  return invoke(here, NG_OPERATION_CALL, supportFunction(here, 'main_namespace'), []) as PyProxy;
}
