import { statusError } from '@nogil/abi';
import { NG_OPERATION_CALL, NG_STATUS_OK } from '@nogil/abi/constants';

import type { Environment } from './environment.js';
import { invoke } from './invoke.js';
import { supportFunction } from './support.js';

/** What runs in this process. */
export interface PythonInfo {
  /** `sys.executable`: the program of the chosen Python or virtual environment. */
  readonly executable: string;
  /** The shared library that was loaded. */
  readonly library: string;
  /** `3.14.5`. */
  readonly version: string;
  /** `sys.version`, whole. */
  readonly versionText: string;
  /** Whether the build can run without the GIL. */
  readonly freeThreaded: boolean;
  /** Whether the GIL is on at this moment: importing an extension module can turn it on. */
  readonly gilEnabled: boolean;
  /** `sys.prefix`. */
  readonly prefix: string;
  /** `sys.base_prefix`: differs from `prefix` in a virtual environment. */
  readonly basePrefix: string;
  /** The folder of the pure-Python standard library. */
  readonly stdlib: string;
  /** Whether extension modules are bound to their own libraries before the host's. */
  readonly deepBind: boolean;
}

type Facts = [string, string, string, string, string, string];

/** Asks the core and the interpreter. */
export function describeRunning(environment: Environment): PythonInfo {
  const {
    status,
    library = '',
    version = '',
    deepBind = 0,
    freeThreaded = 0,
  } = environment.core.describe();
  if (status !== NG_STATUS_OK) throw statusError(status);
  const told = supportFunction(environment, 'describe');
  const facts = invoke(environment, NG_OPERATION_CALL, told, []) as string;
  const [executable, versionText, gil, prefix, basePrefix, stdlib] = facts.split('\0') as Facts;
  return {
    executable,
    versionText,
    gilEnabled: gil !== '',
    prefix,
    basePrefix,
    stdlib,
    library,
    version: version.split(' ', 1)[0] ?? version,
    freeThreaded: freeThreaded !== 0,
    deepBind: deepBind !== 0,
  };
}
