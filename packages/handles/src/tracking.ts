import { NG_STATUS_OK } from '@nogil/abi/constants';

import { core } from './core.js';

/** One live handle. */
export interface LeakedHandle {
  readonly handle: number;
  /** The name of the object's type, with its module. */
  readonly type: string;
  /** How old it is, in milliseconds; `undefined` when it was made before handles were tracked. */
  readonly age: number | undefined;
  /** Where it was made; as `age`. */
  readonly stack: string | undefined;
  /** The object's `repr()`, if that was asked for; what it raises when it fails. */
  readonly repr?: string;
}

/** What a leak report says of each handle. */
export interface LeakReportOptions {
  /** Whether to call `repr()`, which may run Python code of anybody's. Off without it. */
  readonly repr?: boolean;
}

interface Made {
  readonly at: number;
  /** Its stack is formatted when somebody reads it, not before. */
  readonly where: Error;
}

interface Ended {
  readonly made: Error | undefined;
  readonly where: Error;
}

/** How many released handles are remembered, the last ones: for the errors of those still used. */
const REMEMBERED = 4096;

// This JS thread's; its handles are nobody else's.
const live = new Map<number, Made>();
const ended = new Map<number, Ended>();

/** Frames of a trace: the runtime's own take about ten, and those of the program are the ones that matter. */
const FRAMES = 32;

/** An error with a longer trace than the host's usual one. */
export function longTrace(message: string): Error {
  const limit = Error.stackTraceLimit;
  Reflect.set(Error, 'stackTraceLimit', Math.max(limit, FRAMES));
  try {
    return new Error(message);
  } finally {
    Reflect.set(Error, 'stackTraceLimit', limit);
  }
}

function requested(): boolean {
  const setting = process.env.NOGIL_TRACK_HANDLES;
  return setting !== undefined && setting !== '' && setting !== '0';
}

/**
 * The hooks of whoever makes and releases handles, for `nogil` and other packages above this one. Bind it
 * to a local constant and look at `active` first: that is all that tracking costs while it is off.
 */
export const handleTracking: {
  /** Whether handles are tracked on this JS thread; {@link trackHandles} sets it. */
  active: boolean;
  /** A handle was made, and its maker holds it. */
  created(handle: number): void;
  /** A handle was released, or was found to be no longer live. */
  released(handle: number): void;
} = {
  active: requested(),
  created(handle: number): void {
    live.set(handle, { at: performance.now(), where: longTrace('made') });
  },
  released(handle: number): void {
    const made = live.get(handle);
    // Handles that are passed over in a batch come here twice; the first time counts.
    if (made === undefined) return;
    live.delete(handle);
    ended.set(handle, { made: made.where, where: longTrace('released') });
    if (ended.size > REMEMBERED) {
      const [oldest] = ended.keys();
      if (oldest !== undefined) ended.delete(oldest);
    }
  },
};

/**
 * Turns tracking on or off, on this JS thread: where and when each handle was made, for
 * {@link leakReport} and for the errors of handles that are used after their release. It costs a stack
 * trace for each handle; off, which it is at first, it costs nothing. `NOGIL_TRACK_HANDLES=1` in the
 * environment turns it on from the start, on every JS thread.
 *
 * @param on - off forgets what is known of the handles there are
 * @remarks Any JS thread, for itself. Does not start Python.
 */
export function trackHandles(on: boolean): void {
  handleTracking.active = on;
  if (on) return;
  live.clear();
  ended.clear();
}

/**
 * Notes where a handle was made, if handles are tracked: for code that gets handles from the core itself.
 *
 * @param handle - of this JS thread's
 * @remarks The handle's own JS thread.
 */
export function noteCreated(handle: number): void {
  if (handleTracking.active) handleTracking.created(handle);
}

/**
 * Notes that a handle was released, if handles are tracked.
 *
 * @param handle - of this JS thread's
 * @remarks The handle's own JS thread.
 */
export function noteReleased(handle: number): void {
  if (handleTracking.active) handleTracking.released(handle);
}

const OWN_FRAMES = 2; // longTrace and whoever called it

/** The frames of a stack without its heading and the tracker's own. */
function framesOf(error: Error | undefined): string | undefined {
  if (error?.stack === undefined) return undefined;
  const frames = error.stack.split('\n').filter((line) => /^\s*at |@/.test(line));
  return frames.slice(OWN_FRAMES).join('\n');
}

/** Where a handle was made and released, as far as that was tracked. */
export function stacksOf(handle: number): {
  readonly created: string | undefined;
  readonly released: string | undefined;
} {
  const end = ended.get(handle);
  return {
    created: framesOf(live.get(handle)?.where ?? end?.made),
    released: framesOf(end?.where),
  };
}

function reprIfLive(handle: number): string {
  const { status, message, value } = core().repr(handle);
  if (status === NG_STATUS_OK) return value;
  return message === '' ? '<released meanwhile>' : `<${message}>`;
}

/**
 * The live handles of this JS thread, the oldest first; those made before handles were tracked, and those
 * nogil keeps for itself, come last and have no stack.
 *
 * @param options - whether to call `repr()`
 * @throws NogilError `PYTHON_NOT_STARTED`, `PYTHON_SHUT_DOWN`
 * @remarks Any JS thread, for itself.
 */
export function leakReport(options: LeakReportOptions = {}): LeakedHandle[] {
  const now = performance.now();
  const report: LeakedHandle[] = [];
  for (const handle of core().listHandles()) {
    const { status, value } = core().handleTypeName(handle);
    // Gone since the list was made: a repr() or a collection released it.
    if (status !== NG_STATUS_OK) continue;
    const made = live.get(handle);
    report.push({
      handle,
      type: value,
      age: made === undefined ? undefined : now - made.at,
      stack: framesOf(made?.where),
      ...(options.repr === true ? { repr: reprIfLive(handle) } : {}),
    });
  }
  return report.sort((left, right) => (right.age ?? -1) - (left.age ?? -1));
}
