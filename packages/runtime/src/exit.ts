import { isMainThread } from 'node:worker_threads';

import { type Core } from '@nogil/abi';
import { NG_STATUS_BUSY } from '@nogil/abi/constants';

/** How long Python may take to end when the process exits, in milliseconds. */
const EXIT_BOUND_MS = 5000;
/** How long the host may then take to end, when Python would not. */
const HOST_BOUND_MS = 1000;

let installed = false;

/**
 * Ends Python when the process ends: `atexit` callbacks run and buffered output is written.
 *
 * The `exit` event is the last moment before the host joins its workers, which it does for ever when
 * one of them is inside Python. So the gate is closed from here, and if Python stays busy a watchdog of
 * the core's ends the process with the same exit code. A worker that ends takes only its own
 * environment with it, in the core's clean-up hook.
 */
export function installExit(core: Core): void {
  if (!isMainThread || installed) return;
  installed = true;
  process.once('exit', (code) => {
    if (core.shutdown(EXIT_BOUND_MS) === NG_STATUS_BUSY) core.armWatchdog(code, HOST_BOUND_MS);
  });
}
