import { isMainThread } from 'node:worker_threads';

import { type Core, NogilError, statusError } from '@nogil/abi';
import { NG_STATUS_OK } from '@nogil/abi/constants';

/** @throws NogilError `INVALID_ARGUMENT` */
export function checkInteractive(interactive: unknown): void {
  if (typeof interactive !== 'boolean') {
    throw new NogilError(
      'INVALID_ARGUMENT',
      `interactive is ${String(interactive)}; it is true or false`,
    );
  }
  if (!isMainThread) {
    throw new NogilError(
      'INVALID_ARGUMENT',
      'interactive is for the main thread: Ctrl-C interrupts what that runs',
    );
  }
}

/**
 * Whether Ctrl-C interrupts the Python that this thread runs, and nothing else then.
 *
 * @param interactive - for the main thread only
 * @throws NogilError `OUT_OF_MEMORY`, `PYTHON_SHUT_DOWN`
 */
export function setInteractive(core: Core, interactive: boolean): void {
  const status = core.setInteractive(interactive);
  if (status !== NG_STATUS_OK) throw statusError(status);
}

/**
 * Whether this thread is that of the host's own read-eval-print loop: Node's, or Bun's at a terminal. A program that
 * makes one by itself says so.
 */
export function isInteractiveSession(): boolean {
  // A program has a name; so nothing more is asked, or loaded, for one. A look at `process.stdin` opens it.
  if (!isMainThread || process.argv.length > 1 || process.env.NOGIL_SIGNALS === '0') return false;
  if (process.versions.bun !== undefined)
    return process.execArgv.length === 0 && process.stdin.isTTY;
  const repl = process.getBuiltinModule('node:repl') as { readonly repl?: unknown };
  return repl.repl !== undefined; // Node says there which one it runs
}
