import { NG_STATUS_OK } from './generated/constants.js';
import { type GilNotice, type Listener, listeners, noticeOf } from './gil-watch.js';
import { openCore } from './objects.js';
import { statusError } from './status-error.js';

/** The GIL at one moment. */
export interface GilState {
  /**
   * Whether it is on. A free-threaded Python turns it on while any thread loads an extension module, and
   * leaves it on when that module needs it.
   */
  readonly enabled: boolean;
  /**
   * The import that turned it on for good. Null when none did: it is off, the build cannot be without it, or
   * `PYTHON_GIL=1` asked for it.
   */
  readonly enabledBy: GilNotice | null;
}

/**
 * Whether the GIL is on now, and why.
 *
 * @throws NogilError as {@link openCore}
 * @remarks Any JS thread.
 */
export function gil(): GilState {
  const { status, enabled, module, file, thread, time } = openCore().gil();
  if (status !== NG_STATUS_OK) throw statusError(status);
  const named =
    module !== undefined && file !== undefined && thread !== undefined && time !== undefined;
  return {
    enabled: enabled !== 0,
    enabledBy: named ? noticeOf({ module, file, thread, time }) : null,
  };
}

/**
 * Calls `listener` when an import turns the GIL on, whichever thread imports. That happens at most once in
 * a process; what happened before is in {@link gil}. While anybody listens, there is no warning.
 *
 * @param listener - called on this thread, from its event loop, which it does not keep alive. An error of
 *   its becomes an uncaught one
 * @returns what ends it; calling that twice is fine
 * @throws NogilError as {@link openCore}
 * @remarks Any JS thread; each has listeners of its own.
 */
export function onGilEnabled(listener: (notice: GilNotice) => void): () => void {
  const core = openCore();
  const own: Listener = (notice) => {
    listener(notice);
  };
  listeners.add(own);
  core.addGilListeners(1);
  return () => {
    if (listeners.delete(own)) core.addGilListeners(-1);
  };
}
