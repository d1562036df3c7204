import { type CoreHandleHistory, NogilError, statusError } from '@nogil/abi';
import {
  NG_HANDLE_END_COLLECTED,
  NG_HANDLE_END_ENVIRONMENT,
  NG_HANDLE_END_RELEASED,
  NG_HANDLE_END_TAKEN,
  NG_HANDLE_KIND_HANDLE,
  NG_HANDLE_KIND_TOKEN,
  NG_HANDLE_STATE_FOREIGN,
  NG_HANDLE_STATE_LIVE,
  NG_HANDLE_STATE_RELEASED,
  NG_STATUS_FOREIGN_HANDLE,
  NG_STATUS_STALE_HANDLE,
} from '@nogil/abi/constants';

import { core } from './core.js';
import { stacksOf } from './tracking.js';

/** What a number is the name of: a handle (one thread's), a token (any thread's), or nothing. */
export type HandleKind = 'handle' | 'token' | 'none';

/**
 * - `live`: it can be used.
 * - `released`: it could once.
 * - `foreign`: that part of the table is another JS thread's; only that one knows whether it is live.
 * - `never`: no handle of this number was given out yet.
 */
export type HandleState = 'live' | 'released' | 'foreign' | 'never';

/** How a handle or token ended; `unknown` when its cell has been used again since. */
export type HandleEnd = 'released' | 'collected' | 'taken' | 'thread ended' | 'unknown';

/** What is known of a number that should be a handle or a token: a moment's view. */
export interface HandleHistory {
  readonly kind: HandleKind;
  readonly state: HandleState;
  /** How it ended; `undefined` while it is not released. */
  readonly end: HandleEnd | undefined;
  /** The cell of the table that the number names. */
  readonly slot: number;
  /** How many times the cell had been filled when this name was given out. */
  readonly generation: number;
  /** The cell's generation now: of who is in it, or will be next. `undefined` where it cannot be known. */
  readonly currentGeneration: number | undefined;
  /** The environment (a JS thread's number) that has the cell now; of a token, that shared it. */
  readonly owner: number | undefined;
  /** The environment that had this name, as far as that is known. */
  readonly lastOwner: number | undefined;
  /** Of a token: the environment that took or released it. */
  readonly endedBy: number | undefined;
  /** The environment that asks: this JS thread's. */
  readonly here: number;
  /** Where it was made, if handles were tracked then (`trackHandles`). */
  readonly createdAt: string | undefined;
  /** Where it was released on this thread, if handles were tracked then and not too many since. */
  readonly releasedAt: string | undefined;
}

/** A stale, foreign or forged handle or token, with what is known of it. */
export class HandleError extends NogilError {
  /** What is known of the number. */
  readonly history: HandleHistory;

  /**
   * @param code - what went wrong, for programs
   * @param message - for people
   * @param history - of the number that was no good
   */
  constructor(code: 'STALE_HANDLE' | 'FOREIGN_HANDLE', message: string, history: HandleHistory) {
    super(code, message);
    this.history = history;
    // In the message already; printed with each error it would be noise.
    Object.defineProperty(this, 'history', { enumerable: false });
  }
}

function kindOf(kind: number): HandleKind {
  if (kind === NG_HANDLE_KIND_HANDLE) return 'handle';
  return kind === NG_HANDLE_KIND_TOKEN ? 'token' : 'none';
}

function stateOf(state: number): HandleState {
  if (state === NG_HANDLE_STATE_LIVE) return 'live';
  if (state === NG_HANDLE_STATE_RELEASED) return 'released';
  return state === NG_HANDLE_STATE_FOREIGN ? 'foreign' : 'never';
}

function endOf(end: number): HandleEnd {
  switch (end) {
    case NG_HANDLE_END_RELEASED:
      return 'released';
    case NG_HANDLE_END_COLLECTED:
      return 'collected';
    case NG_HANDLE_END_TAKEN:
      return 'taken';
    case NG_HANDLE_END_ENVIRONMENT:
      return 'thread ended';
    default:
      return 'unknown';
  }
}

function known(number: number): number | undefined {
  return number === 0 ? undefined : number;
}

function historyOf(name: number, raw: CoreHandleHistory): HandleHistory {
  const state = stateOf(raw.state);
  const { created, released } = stacksOf(name);
  return {
    kind: kindOf(raw.kind),
    state,
    end: state === 'released' ? endOf(raw.end) : undefined,
    slot: raw.slot,
    generation: raw.generation,
    currentGeneration: known(raw.currentGeneration),
    owner: known(raw.owner),
    lastOwner: known(raw.lastOwner),
    endedBy: known(raw.endedBy),
    here: raw.here,
    createdAt: created,
    releasedAt: released,
  };
}

/**
 * Everything known of a number, whether it ever was a handle or token or not.
 *
 * @param name - any number at all; what is none counts as `NaN`
 * @throws NogilError `PYTHON_NOT_STARTED`, `PYTHON_SHUT_DOWN` when this thread never used Python before
 * @remarks Any JS thread; of another thread's handle it knows whose it is.
 */
export function describeHandle(name: number): HandleHistory {
  const asked = typeof name === 'number' ? name : NaN;
  return historyOf(asked, core().describeHandle(asked));
}

const ends: Readonly<Record<HandleEnd, string>> = {
  released: 'was released',
  collected: 'was released when JavaScript collected its proxy',
  taken: 'was taken',
  'thread ended': 'ended with its JS thread',
  unknown: 'was released',
};

function thread(environment: number, here: number): string {
  return environment === here ? 'this JS thread' : `JS thread ${environment}`;
}

function stack(title: string, frames: string | undefined): string {
  return frames === undefined ? '' : `\n${title}:\n${frames}`;
}

function explain(name: unknown, history: HandleHistory): string {
  const { kind, state, here, owner, lastOwner, endedBy, generation, currentGeneration } = history;
  if (kind === 'none') {
    const what = typeof name === 'number' ? String(name) : `a ${typeof name}`;
    return `${what} is no handle: a handle is a number that nogil gave out`;
  }
  const subject = `${kind} ${String(name)}`;
  switch (state) {
    case 'foreign':
      return (
        `${subject} belongs to ${thread(owner ?? 0, here)}, this is JS thread ${here}; ` +
        'share it there with shareHandle() or python.share() and open the token here'
      );
    case 'never':
      return `${subject} was never given out: a ${kind} is a number that nogil gave out`;
    case 'live':
      return `${subject} is live, but not what is asked for here: ${
        kind === 'token'
          ? 'open it first, and use the handle'
          : 'a token is what shareHandle() or python.share() gives'
      }`;
    case 'released': {
      const by = endedBy === undefined ? '' : ` by ${thread(endedBy, here)}`;
      const whose = lastOwner === undefined ? '' : ` (it was made by ${thread(lastOwner, here)})`;
      const used =
        currentGeneration === undefined || currentGeneration - generation < 2
          ? ''
          : `; its cell was used up to ${currentGeneration - generation - 1} times since`;
      return (
        `${subject} ${ends[history.end ?? 'unknown']}${by}${whose}${used}; ` +
        'keep it, or a duplicate, for as long as it is used'
      );
    }
  }
}

/**
 * The error for a status of the core's that is about a handle or token, with its history.
 *
 * @param status - an `NG_STATUS_…` other than OK; one that is not about handles gives the plain error
 * @param name - the handle or token
 * @param note - what to say besides, behind the message and before any stacks
 */
export function handleError(status: number, name: unknown, note = ''): NogilError {
  if (status !== NG_STATUS_STALE_HANDLE && status !== NG_STATUS_FOREIGN_HANDLE) {
    return statusError(status);
  }
  const code = status === NG_STATUS_STALE_HANDLE ? 'STALE_HANDLE' : 'FOREIGN_HANDLE';
  const history = describeHandle(name as number);
  const stacks = stack('made', history.createdAt) + stack('released', history.releasedAt);
  return new HandleError(code, explain(name, history) + note + stacks, history);
}

/** The name as the core takes it: what is no number is none of its own. Throws for a string, say. */
export function checked(name: number): number {
  if (typeof name !== 'number') throw handleError(NG_STATUS_STALE_HANDLE, name);
  return name;
}

/** The core's answer where a negative one is a status. */
export function nameOrThrow(answer: number, subject: number): number {
  if (answer < 0) throw handleError(-answer, subject);
  return answer;
}
