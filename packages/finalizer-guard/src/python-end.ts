import { loadCore, NogilError } from '@nogil/abi';
import { NG_GATE_SHUT } from '@nogil/abi/constants';

import { describeGate, gateState, type GateState, type GateStatistics } from './gate.js';

/** How Python stands, from this package's point of view. */
export interface PythonEnd {
  /** `not started`, or how the gate before Python stands. */
  readonly state: GateState | 'not started';
  /** Whether Python was finalized; else it was left as it is, for the process to end with it. */
  readonly finalized: boolean;
  /** Exceptions that threads inside Python were sent, to get them out. */
  readonly interrupts: number;
  /** What was given up on purpose. */
  readonly leaked: {
    /** Threads that were inside Python, or would come back to it, when the time was over. */
    readonly threads: number;
    /** Environments whose JS thread ended after Python: each keeps one thread state. */
    readonly environments: number;
    /** Python objects that those environments held. */
    readonly handles: number;
  };
}

const LONGEST_BOUND_MS = 600_000;

/**
 * Ends Python, on every thread and for good: closes its gate, waits for those inside, interrupts them
 * after a tenth of a second, runs `atexit` callbacks, writes out what is buffered, and finalizes Python
 * where that cannot hang. {@link guardExit} does it when the process ends.
 *
 * @param options - `boundMs`: how long it may take, in milliseconds, 1 to 600000; when left out, as
 *   long as the process may take to end (see {@link guardExit})
 * @returns how it went; `finalized` is false when something in Python would not end in time, when
 *   threads of Python's own live, or when other interpreters do
 * @throws NogilError `INVALID_ARGUMENT`
 * @remarks Any JS thread; it blocks. Calling it again is fine.
 */
export function endPython(options: { readonly boundMs?: number } = {}): PythonEnd {
  const core = loadCore();
  const { boundMs = core.exitBound() } = options;
  if (!Number.isInteger(boundMs) || boundMs < 1 || boundMs > LONGEST_BOUND_MS) {
    throw new NogilError(
      'INVALID_ARGUMENT',
      `boundMs is ${boundMs}; it is a whole number of milliseconds from 1 to ${LONGEST_BOUND_MS}`,
    );
  }
  core.shutdown(boundMs);
  return pythonEnd();
}

/** How Python's end went, or that it has not come yet. Thread: any. */
export function pythonEnd(): PythonEnd {
  const core = loadCore();
  const { state, finalized, interrupts, threadsLeft, statesLeaked } = core.endStatistics();
  return {
    state: state === NG_GATE_SHUT ? 'not started' : gateState(state),
    finalized: finalized === 1,
    interrupts,
    leaked: {
      threads: threadsLeft,
      environments: statesLeaked,
      handles: core.statistics().handlesLeaked,
    },
  };
}

/** Figures of the gate before Python itself. Thread: any. */
export function pythonGateStatistics(): GateStatistics {
  return describeGate(loadCore().pythonGateStatistics());
}
