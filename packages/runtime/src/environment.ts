import { type Core, loadCore, statusError, watchGil } from '@nogil/abi';
import { NG_STATUS_OK } from '@nogil/abi/constants';

import { Arena } from './arena.js';
import { installExit } from './exit.js';
import { Releases } from './releases.js';
import { startPython } from './start.js';

/**
 * This JS thread's share of the runtime.
 *
 * Owner: the thread; nothing in it is shared with another. Two copies of this package on one thread share
 * it through `globalThis`: two environments there would mean two thread states on one OS thread, and
 * proxies of one copy that the other does not know.
 */
export interface Environment {
  readonly core: Core;
  readonly arena: Arena;
  readonly releases: Releases;
  /** Handles of interned attribute names. Numbers: a second copy of this package has its own classes. */
  readonly names: Map<string, number>;
  /** Handles of functions of the core's own Python code. */
  readonly support: Map<string, number>;
}

// The number changes with the shape of Environment.
const key = Symbol.for('nogil/environment/1');
const realm = globalThis as { [key]?: Environment };

/**
 * This thread's environment; the first use starts Python, or joins the one that runs.
 *
 * @throws NogilError as `python.start`
 */
export function environment(): Environment {
  return realm[key] ?? openEnvironment();
}

/** The environment if there is one: for what must not start Python. */
export function existingEnvironment(): Environment | undefined {
  return realm[key];
}

function openEnvironment(): Environment {
  const core = loadCore();
  startPython(core, {});
  const { status, arena: memory } = core.open();
  if (status !== NG_STATUS_OK) throw statusError(status);
  watchGil(core);
  const arena = new Arena(core, memory);
  const made: Environment = {
    core,
    arena,
    releases: new Releases(core, arena),
    names: new Map(),
    support: new Map(),
  };
  realm[key] = made;
  installExit(core);
  return made;
}
