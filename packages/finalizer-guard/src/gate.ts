import {
  checkedText,
  type Core,
  type CoreGateStatistics,
  loadCore,
  NogilError,
  statusError,
} from '@nogil/abi';
import {
  NG_GATE_CLOSED,
  NG_GATE_NAME_SIZE,
  NG_GATE_RUNNING,
  NG_STATUS_OK,
  NG_STATUS_SHUT_DOWN,
} from '@nogil/abi/constants';

/** How a gate stands: open, waiting for those inside, or past its point of no return. */
export type GateState = 'running' | 'closing' | 'closed';

/** Figures of a gate, of all threads together; each is a moment's view. */
export interface GateStatistics {
  readonly state: GateState;
  /** Threads that hold a pass: those that opened the gate and still live. */
  readonly passes: number;
  /** Threads that are inside. */
  readonly inside: number;
  /** Times that a thread went in, ever; nested ones not counted. */
  readonly entered: number;
  /** Times that a thread came too late. */
  readonly refused: number;
  /** Threads that were still inside when the time for closing was over. */
  readonly leaked: number;
}

/** How closing went. */
export interface GateClosed {
  /** Whether nobody was inside any more: only then may the library be torn down. */
  readonly drained: boolean;
  /** Threads that were given up, still inside. */
  readonly leaked: number;
}

/** How long to wait for those inside when nothing is said, in milliseconds. */
const DEFAULT_BOUND_MS = 5000;
/** The most that may be said. */
const LONGEST_BOUND_MS = 600_000;

/** @internal */
export function describeGate(figures: CoreGateStatistics): GateStatistics {
  return { ...figures, state: gateState(figures.state) };
}

/** @internal */
export function gateState(state: number): GateState {
  if (state === NG_GATE_RUNNING) return 'running';
  return state === NG_GATE_CLOSED ? 'closed' : 'closing';
}

/**
 * A gate before a native library's point of no return, as one thread sees it. {@link openGate} makes it.
 *
 * Every thread goes in before it touches the library and out afterwards; whoever tears the library down
 * closes the gate first. Going in and out costs a Node-API call and touches nothing that another thread
 * writes. A worker that ends or is terminated inside leaves the gate with its last native call.
 */
export class Gate {
  /** What the gate is called, in the whole process. */
  readonly name: string;
  readonly #core: Core;
  readonly #number: number;
  #depth = 0;

  /** @internal */
  constructor(core: Core, name: string, number: number) {
    this.#core = core;
    this.name = name;
    this.#number = number;
  }

  /**
   * Goes in. It nests: whoever is inside gets in again, also while the gate is closing.
   *
   * @returns false when the gate is closing or closed: the library must not be touched, and
   *   {@link leave} must not be called
   */
  enter(): boolean {
    if (this.#depth === 0 && !this.#core.gateEnter(this.#number)) return false;
    this.#depth++;
    return true;
  }

  /**
   * Goes out, once for each {@link enter} that answered true.
   *
   * @throws NogilError `INVALID_ARGUMENT` when this thread is not inside
   */
  leave(): void {
    if (this.#depth === 0) {
      throw new NogilError(
        'INVALID_ARGUMENT',
        `this thread is not inside the gate "${this.name}": leave() goes with an enter() that answered true`,
      );
    }
    this.#depth--;
    if (this.#depth === 0) this.#core.gateLeave(this.#number);
  }

  /**
   * Runs `body` inside the gate, and leaves whatever comes of it.
   *
   * @param body - what uses the library. When it answers a promise, the thread is inside until that is
   *   settled
   * @returns what `body` answers
   * @throws NogilError `GATE_CLOSED` when it is too late, and what `body` throws
   */
  run<Result>(body: () => Result): Result {
    if (!this.enter()) {
      throw new NogilError(
        'GATE_CLOSED',
        `the gate "${this.name}" is closed: what it guards is being torn down, or is gone`,
      );
    }
    let stays = false;
    try {
      const result = body();
      if (result instanceof Promise) {
        stays = true;
        return result.finally(() => {
          this.leave();
        }) as Result;
      }
      return result;
    } finally {
      if (!stays) this.leave();
    }
  }

  /** Whether this thread is inside. */
  get isInside(): boolean {
    return this.#depth > 0;
  }

  /** How the gate stands now. To show, and to end a loop early: only {@link enter} can be relied on. */
  get state(): GateState {
    return this.statistics().state;
  }

  /** Figures of the gate, of all threads together. */
  statistics(): GateStatistics {
    return describeGate(this.#core.gateStatistics(this.#number));
  }

  /**
   * Closes the gate for good, on every thread: nobody goes in from now on. Waits for those inside, and
   * gives up those who stay too long; then the library must be left as it is, for ever.
   *
   * It blocks this thread: exit handlers have no other way. Calling it again, or on several threads at
   * once, is fine.
   *
   * @param options - `boundMs`: how long to wait, in milliseconds, 0 to 600000; 5000 when left out
   * @throws NogilError `INVALID_ARGUMENT` for another bound, or when this thread is inside itself, and
   *   would wait for nobody but itself
   */
  close(options: { readonly boundMs?: number } = {}): GateClosed {
    const { boundMs = DEFAULT_BOUND_MS } = options;
    if (!Number.isInteger(boundMs) || boundMs < 0 || boundMs > LONGEST_BOUND_MS) {
      throw new NogilError(
        'INVALID_ARGUMENT',
        `boundMs is ${boundMs}; it is a whole number of milliseconds from 0 to ${LONGEST_BOUND_MS}`,
      );
    }
    if (this.#depth > 0) {
      throw new NogilError(
        'INVALID_ARGUMENT',
        `this thread is inside the gate "${this.name}" and would wait for itself: leave() first`,
      );
    }
    const leaked = this.#core.gateClose(this.#number, boundMs);
    if (leaked < 0) throw forked();
    return { drained: leaked === 0, leaked };
  }
}

function forked(): NogilError {
  return new NogilError(
    'GATE_CLOSED',
    'this process is a forked child: it has one thread, and none of the gates of its parent',
  );
}

// Two versions of this package on one thread must count into one pass. The number changes with Gate.
const key = Symbol.for('nogil/gates/1');
const realm = globalThis as { [key]?: Map<string, Gate> };

/**
 * This thread's pass for the gate of that name; the first one to ask, on any thread, makes it. It needs
 * no Python. Asked for again on the same thread, it is the same object.
 *
 * @param name - the library's: whoever uses the same name means the same point of no return. 1 to 255
 *   bytes of UTF-8
 * @throws NogilError `INVALID_ARGUMENT` for a name that is too long, empty or not well-formed, `OUT_OF_MEMORY`, and as
 *   `loadCore` of `@nogil/abi`
 */
export function openGate(name: string): Gate {
  const gates = realm[key] ?? new Map<string, Gate>();
  realm[key] = gates;
  const known = gates.get(name);
  if (known !== undefined) return known;
  const size = Buffer.byteLength(checkedText('the name of a gate', name));
  if (size === 0 || size > NG_GATE_NAME_SIZE) {
    throw new NogilError(
      'INVALID_ARGUMENT',
      `the name of a gate is 1 to ${NG_GATE_NAME_SIZE} bytes of UTF-8; this one has ${size}`,
    );
  }
  const core = loadCore();
  const { status, gate: number } = core.gateOpen(name);
  if (status === NG_STATUS_SHUT_DOWN) throw forked();
  if (status !== NG_STATUS_OK) throw statusError(status);
  const gate = new Gate(core, name, number);
  gates.set(name, gate);
  return gate;
}
