import { channel } from 'node:diagnostics_channel';

import type { Core, CoreGilNotice } from './core.js';
import { NG_STATUS_OK } from './generated/constants.js';
import { statusError } from './status-error.js';

/** The import that turned the GIL on. */
export interface GilNotice {
  /** The extension module that does not declare itself safe without the GIL. */
  readonly module: string;
  /** Where it was loaded from; null when it came from no file. */
  readonly file: string | null;
  /** `threading.get_ident()` of the thread that imported it. */
  readonly thread: bigint;
  readonly time: Date;
}

export type Listener = (notice: GilNotice) => void;

/** Each JS thread that uses Python publishes it, once. Subscribers do not stop the warning. */
const gilEnabled = channel('nogil:gil-enabled');

/** This thread's. The process's number of them is in the core. */
export const listeners = new Set<Listener>();
let watched: Core | undefined;

/** A core's notice, for programs. */
export function noticeOf({ module, file, thread, time }: CoreGilNotice): GilNotice {
  return { module, file: file === '' ? null : file, thread, time: new Date(time) };
}

function warn({ module, file }: GilNotice): void {
  process.emitWarning(
    `importing ${module}${file === null ? '' : ` (${file})`} has turned Python's GIL on for the rest of ` +
      'this process: it does not declare that it is safe without. Python threads no longer run in ' +
      'parallel. Update the package, or set PYTHON_GIL=0 to keep the GIL off at your own risk',
    { code: 'NOGIL_GIL_ENABLED' },
  );
}

function tell(core: Core, notice: GilNotice): void {
  gilEnabled.publish(notice);
  if (listeners.size === 0) {
    if (core.claimGilWarning() === 1) warn(notice);
    return;
  }
  for (const listener of [...listeners]) {
    try {
      listener(notice);
    } catch (error) {
      // Not from here: this thread may be waiting inside the core, which would take an exception that
      // nobody asked for as the end of its JavaScript, and give up the wait.
      queueMicrotask(() => {
        throw error;
      });
    }
  }
}

/**
 * Begins to watch on this thread: from then on a process that loses its parallelism says so. `openCore`
 * does it.
 *
 * @param core - with an environment for this thread
 * @throws NogilError `OUT_OF_MEMORY`
 */
export function watchGil(core: Core): void {
  if (watched === core) return;
  const status = core.watchGil((notice) => {
    tell(core, noticeOf(notice));
  });
  if (status !== NG_STATUS_OK) throw statusError(status);
  watched = core;
}
