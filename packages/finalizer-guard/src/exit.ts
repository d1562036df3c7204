import { isMainThread, threadId } from 'node:worker_threads';

import { type Core, loadCore, NogilError } from '@nogil/abi';
import { NG_STATUS_BUSY, NG_STATUS_OK } from '@nogil/abi/constants';

import { boundOfEnvironment, checkExitBound } from './exit-bound.js';

/** The signals that end a process and leave time to end Python first; Windows knows SIGINT alone. */
const SIGNALS: readonly (string | symbol)[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/** What to guard, and for how long. */
export interface ExitOptions {
  /**
   * Whether SIGINT, SIGTERM and SIGHUP end Python before they end the process, where the program has no
   * listener of its own for them. True when left out, unless the environment variable `NOGIL_SIGNALS`
   * is 0.
   */
  readonly signals?: boolean;
  /**
   * How long the process may take from being told to end until it is over, whatever Python does, in whole
   * milliseconds: 100 to 600 000. Most of it is Python's, at most half a second the host's. When left out,
   * what was said before counts, else the environment variable `NOGIL_EXIT_BOUND`, else 2000. It is the
   * process's, and can be set again.
   */
  readonly bound?: number;
}

/** Node's own, by which process.exit() ends the process; absent elsewhere. */
interface ExitingProcess {
  reallyExit?: (code?: number) => never;
}

/** What is guarded on this thread. */
interface Guarded {
  exit: boolean;
  signals: boolean;
  /** Called before Python ends. */
  readonly before: (() => void)[];
}

// Two copies of this package on one thread would each move its listener behind the other's, for ever. The
// number changes with Guarded.
const key = Symbol.for('@nogil/finalizer-guard/guarded/2');
const realm = globalThis as { [key]?: Guarded };

/**
 * Ends Python when the process ends: its `atexit` callbacks run and what it has buffered is written,
 * however that comes about: at the natural end, by `process.exit()`, an uncaught error, or one of the
 * signals that end a process.
 *
 * It cancels what asyncio runs, closes Python's gate, waits for threads that are inside, interrupts them
 * after a tenth of a second, waits for executors and for threads that are no daemons, and finalizes Python
 * where that cannot hang. Each of these gets a part of what is left of the bound. Where Python stays busy,
 * the process ends all the same when the bound is over, with the exit code it was to have. Nothing can be
 * done about SIGKILL, `process.abort()` and crashes.
 *
 * The packages of this project that start Python call it; a program that uses `@nogil/abi` by itself
 * does so once, on each thread. Calling it again is fine.
 *
 * @param options - what to leave out, and how long it may take
 * @throws NogilError `INVALID_ARGUMENT` for a bound, or a value of `NOGIL_SIGNALS` or `NOGIL_EXIT_BOUND`, that is
 *   none, and as `loadCore` of `@nogil/abi`
 * @remarks Any JS thread. The `exit` event is the main thread's: where only workers used Python, Node
 *   joins them first, for as long as they take, and Python ends after that.
 */
export function guardExit(options: ExitOptions = {}): void {
  if (options.bound !== undefined) checkExitBound(options.bound, 'bound');
  const core = loadCore();
  if (options.bound !== undefined) core.setExitBound(options.bound, false);
  else core.setExitBound(boundOfEnvironment(), true);
  const guarded = guardedHere();
  if (!guarded.signals && (options.signals ?? true) && allowsSignals()) {
    guarded.signals = true;
    guardSignals(core);
  }
  // So that terminateWorker() finds it; a worker without Python has nothing to be interrupted.
  if (!isMainThread && core.open().status === NG_STATUS_OK) core.nameThread(threadId);
  if (isMainThread && !guarded.exit) {
    guarded.exit = true;
    endPythonLast(core, guarded);
  }
}

function guardedHere(): Guarded {
  const guarded = realm[key] ?? { exit: false, signals: false, before: [] };
  realm[key] = guarded;
  return guarded;
}

/**
 * Calls a function when the JS thread ends, while Python can be used: on the main thread after all listeners for `exit`
 * that were not added in the very turn in which the process exits, and right before Python ends; on another thread as
 * a listener for `exit`. It is not called where a signal ends the process, or a worker is terminated.
 *
 * @param callback - what it throws is thrown when Python has ended
 * @remarks This JS thread, once {@link guardExit} was called.
 */
export function beforeExit(callback: () => void): void {
  if (isMainThread) guardedHere().before.push(callback);
  else process.on('exit', callback);
}

/**
 * Refuses values of `NOGIL_SIGNALS` and `NOGIL_EXIT_BOUND` that are none, as {@link guardExit} does: for whoever would
 * have to undo something by then.
 *
 * @throws NogilError `INVALID_ARGUMENT`
 * @remarks Any JS thread.
 */
export function checkExitSettings(): void {
  allowsSignals();
  boundOfEnvironment();
}

function allowsSignals(): boolean {
  const setting = process.env.NOGIL_SIGNALS;
  if (setting === undefined || setting === '' || setting === '1') return true;
  if (setting === '0') return false;
  throw new NogilError('INVALID_ARGUMENT', `NOGIL_SIGNALS is "${setting}"; it is 0 or 1`);
}

/**
 * The core takes a signal only while nobody else does. The program's listeners need no word with us: the
 * host's handler replaces the core's; but it leaves the default behind when the last listener goes.
 */
function guardSignals(core: Core): void {
  const guard = (): void => {
    core.guardSignals(!listenedTo());
  };
  guard();
  if (!isMainThread) return; // the host has signal listeners on its main thread only
  process.on('removeListener', (event: string | symbol) => {
    // The host's own listener for this event came first, and has put its handler away. Bun sends no such
    // event: a signal that was listened to there ends the process without us ever after.
    if (SIGNALS.includes(event)) guard();
  });
  if (process.platform !== 'win32') return;
  process.on('newListener', (event: string | symbol) => {
    if (SIGNALS.includes(event)) core.guardSignals(false);
  });
}

/** Windows calls every handler, the latest first: ours must not be among them. */
function listenedTo(): boolean {
  return (
    process.platform === 'win32' && SIGNALS.some((signal) => process.listenerCount(signal) > 0)
  );
}

/**
 * The `exit` event is the last moment before the host joins its workers, which it does for ever when one
 * of them is inside Python. So the gate is closed from here, and if Python stays busy a watchdog of the
 * core's ends the process with the same exit code. A worker that ends takes only its own environment with
 * it, in the core's clean-up hook.
 *
 * Ours is kept the last of the listeners: the others may use Python, and change the exit code.
 */
function endPythonLast(core: Core, guarded: Guarded): void {
  let moving = false;
  const end = (code: number): void => {
    const errors = guarded.before.flatMap(errorsOf);
    if (core.exit(exitCode(code)) === NG_STATUS_BUSY) followExitCode(core);
    if (errors.length > 0) throw errors[0];
  };
  process.on('exit', end);
  process.on('newListener', (event, listener) => {
    if (event !== 'exit' || listener === end || moving) return;
    moving = true;
    queueMicrotask(() => {
      moving = false;
      process.off('exit', end);
      process.on('exit', end);
    });
  });
}

function errorsOf(callback: () => void): unknown[] {
  try {
    callback();
    return [];
  } catch (error) {
    return [error];
  }
}

/** What a listener before ours set counts more than what the event was sent with. */
function exitCode(sent: number): number {
  const set = Number(process.exitCode ?? sent);
  return Number.isInteger(set) ? set : sent;
}

/** A listener that was added in the very turn in which the process exits still comes after ours. */
function followExitCode(core: Core): void {
  const host = process as ExitingProcess;
  const reallyExit = host.reallyExit;
  if (reallyExit === undefined) return;
  host.reallyExit = (code) => {
    core.exitWith(code ?? 0);
    return reallyExit.call(process, code);
  };
}
