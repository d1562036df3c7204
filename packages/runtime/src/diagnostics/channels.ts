import { channel } from 'node:diagnostics_channel';

/**
 * What is published on `node:diagnostics_channel`, on the JS thread where it happens. docs/diagnostics.md has the
 * messages. Whoever makes a message that costs something looks at `hasSubscribers` first.
 */
export const channels = {
  /** This JS thread has begun to use Python. */
  start: channel('nogil:start'),
  /** Python ends, or has ended. */
  shutdown: channel('nogil:shutdown'),
  /** A `nogil.DeadlockError` has reached JavaScript. */
  deadlock: channel('nogil:deadlock'),
  /** An error that nobody could catch. */
  unraisable: channel('nogil:unraisable'),
} as const;
