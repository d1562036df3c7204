import { type Core, loadCore, NogilError, statusError } from '@nogil/abi';
import { NG_STATUS_DEADLOCK, NG_STATUS_OK, NG_STATUS_TIMED_OUT } from '@nogil/abi/constants';

import { checkedName, checkedTimeout } from './options.js';

/** A lock that is held. Released by {@link Held.release}, by `using`, or with its thread. */
export interface Held extends Disposable {
  /** The mutex's name. */
  readonly name: string;
  /** Whether its last holder's thread ended while it held it: what it guards may be half changed. */
  readonly abandoned: boolean;
  /** Gives the lock to whoever waited longest. Calling it twice is fine. */
  release(): void;
}

/** How long to wait for a lock. */
export interface LockOptions {
  /** Milliseconds, 0 to 2 147 483 647; Infinity, the default, waits for ever. 0 does not wait. */
  readonly timeoutMs?: number;
}

/** How long to wait for a lock, where something else may end the wait. */
export interface AsyncLockOptions extends LockOptions {
  /** Ends the wait when it is aborted, with its reason. */
  readonly signal?: AbortSignal;
}

/** A lock with a name, between all JS threads of the process. Got from {@link mutex}. */
export interface Mutex {
  readonly name: string;
  /**
   * Waits for the lock without blocking the thread. The event loop is kept alive until then.
   *
   * @throws NogilError `TIMED_OUT`; the signal's reason when it was aborted
   */
  lock(options?: AsyncLockOptions): Promise<Held>;
  /**
   * Blocks the thread until the lock is its own. Python's calls of this thread's functions are served
   * meanwhile; its event loop is not.
   *
   * @throws NogilError `TIMED_OUT`; `DEADLOCK` when this thread itself holds the lock, or stands before
   *   itself in the queue, when its holder waits for the function that this thread carries out for
   *   Python, or when threads that block wait for each other's locks: then each of them gets one, and it
   *   says who waits for whom (environments are numbered as in `python.inspect()`)
   */
  lockSync(options?: LockOptions): Held;
}

/** A wait that is not over, by its ticket. Its thread's. */
const pending = new Map<number, (abandoned: boolean) => void>();

let ready: Core | undefined;

/** The core, told how to settle this thread's promises. Python need not run. */
function mutexCore(): Core {
  if (ready === undefined) {
    const core = loadCore();
    core.setMutexHost((ticket, abandoned) => pending.get(ticket)?.(abandoned));
    ready = core;
  }
  return ready;
}

class HeldMutex implements Held {
  readonly name: string;
  readonly abandoned: boolean;
  #ticket: number | undefined;

  constructor(name: string, ticket: number, abandoned: boolean) {
    this.name = name;
    this.abandoned = abandoned;
    this.#ticket = ticket;
  }

  release(): void {
    const ticket = this.#ticket;
    this.#ticket = undefined;
    if (ticket === undefined) return;
    const status = mutexCore().dropMutex(ticket);
    if (status !== NG_STATUS_OK) throw statusError(status);
  }

  [Symbol.dispose](): void {
    this.release();
  }
}

function timedOut(name: string, timeoutMs: number): NogilError {
  return new NogilError(
    'TIMED_OUT',
    `the mutex "${name}" was not free within ${timeoutMs} ms; emitStatistics() tells how many are held`,
  );
}

function lockSync(name: string, options: LockOptions = {}): Held {
  const timeoutMs = checkedTimeout(options.timeoutMs);
  const { status, value, abandoned, message } = mutexCore().takeMutex(name, timeoutMs);
  if (status === NG_STATUS_OK) return new HeldMutex(name, value, abandoned !== 0);
  if (status === NG_STATUS_TIMED_OUT) throw timedOut(name, timeoutMs);
  if (status !== NG_STATUS_DEADLOCK) throw statusError(status);
  if (message !== '') {
    throw statusError(
      status,
      `the mutex "${name}" would never be free: ${message}. Take the mutexes in the same order everywhere, or use lock()`,
    );
  }
  throw statusError(
    status,
    `the mutex "${name}" is held or awaited by this very thread, or held by one that waits for the function ` +
      'running here, which Python called: it would never be free. Release it first, or use lock()',
  );
}

/** Waits for a ticket that is in the queue. */
function granted(
  core: Core,
  name: string,
  ticket: number,
  timeoutMs: number,
  signal: AbortSignal | undefined,
): Promise<Held> {
  return new Promise((resolve, reject) => {
    let timer: NodeJS.Timeout | undefined;
    const settle = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', aborted);
      pending.delete(ticket);
      core.awaitMutexes(pending.size);
    };
    const giveUp = (reason: unknown): void => {
      settle();
      core.dropMutex(ticket);
      // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- as fetch() does
      reject(reason);
    };
    const aborted = (): void => {
      giveUp(signal?.reason);
    };
    signal?.addEventListener('abort', aborted);
    if (timeoutMs !== Infinity) {
      timer = setTimeout(() => {
        giveUp(timedOut(name, timeoutMs));
      }, timeoutMs);
    }
    pending.set(ticket, (abandoned) => {
      settle();
      resolve(new HeldMutex(name, ticket, abandoned));
    });
    core.awaitMutexes(pending.size);
  });
}

async function lock(name: string, options: AsyncLockOptions = {}): Promise<Held> {
  const timeoutMs = checkedTimeout(options.timeoutMs);
  options.signal?.throwIfAborted();
  const core = mutexCore();
  const taken = core.takeMutexLater(name);
  if (taken.status !== NG_STATUS_OK) throw statusError(taken.status);
  if (taken.granted !== 0) return new HeldMutex(name, taken.value, taken.abandoned !== 0);
  return granted(core, name, taken.value, timeoutMs, options.signal);
}

/**
 * The mutex of that name: one for all JS threads of the process. It works before Python runs, and without
 * it. First come, first served, `lock` and `lockSync` in one queue. Not re-entrant: two asynchronous flows
 * of one thread exclude each other, too. When a thread ends, however it ends, what it held goes to the
 * next one, whose {@link Held.abandoned} is true.
 *
 * @param name - not empty
 * @throws NogilError `INVALID_ARGUMENT`; `lock` and `lockSync` also as `loadCore` of @nogil/abi
 * @remarks Any JS thread; a {@link Held} belongs to the one that took it.
 */
export function mutex(name: string): Mutex {
  const checked = checkedName(name);
  return {
    name: checked,
    lock: (options) => lock(checked, options),
    lockSync: (options) => lockSync(checked, options),
  };
}
