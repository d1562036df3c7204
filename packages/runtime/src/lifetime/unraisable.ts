import { NogilError } from '@nogil/abi';
import { NG_OPERATION_CALL } from '@nogil/abi/constants';

import { type Environment, environment } from '../environment.js';
import { errorOf } from '../errors/make.js';
import { ByReference, Handle } from '../frame/crossing.js';
import { invoke } from '../invoke.js';
import { supportFunction, supportHandle } from '../support.js';
import { channels } from '../diagnostics/channels.js';
import { makeBell } from './bell.js';

/** An error of Python's that nobody could catch. */
export interface UnraisableEvent {
  /**
   * `unraisable`: in `__del__`, a weakref's callback, a generator that was closed by its collection and their like
   * (`sys.unraisablehook`). `thread`: a Python thread died of it (`threading.excepthook`).
   */
  readonly source: 'unraisable' | 'thread';
  /** A PythonError; where JavaScript threw it in the first place, that. */
  readonly error: unknown;
  /** What Python says of it: "Exception ignored in", "Exception in thread". */
  readonly message: string;
  /** `repr()` of what failed, a function most of the time; cut at 1000 characters. Empty for threads. */
  readonly object: string;
  /** The name of the thread on which it happened. */
  readonly thread: string;
  /** How many events were dropped before this one since the last one: more than 1000 were waiting. */
  readonly dropped: number;
}

type Listener = (event: UnraisableEvent) => void;

/** How many events are delivered before the event loop turns. */
const AT_A_TIME = 100;

/** This thread's listeners, and what Python knows them by: one handle, which Python holds weakly. */
const listeners: Listener[] = [];
/** Whether events go to `nogil:unraisable` without a listener, too. */
let watching = false;
let registered: { readonly environment: Environment; readonly handle: number } | undefined;

function support(here: Environment, name: string, ...values: readonly unknown[]): unknown {
  return invoke(here, NG_OPERATION_CALL, supportFunction(here, name), values);
}

/** How long a bell that another thread dropped may go unheard, in milliseconds. */
const LOOK_EVERY_MS = 50;

/**
 * Looks whether something waits, every now and then: a free-threaded Python leaves it to the thread that made an object
 * to finish dropping it, and that one may be idle in JavaScript.
 */
function look(one: NonNullable<typeof registered>): void {
  const timer = setInterval(() => {
    if (registered !== one) clearInterval(timer);
    else deliver(one, false); // the bell hangs still, or will be heard when it has been dropped
  }, LOOK_EVERY_MS);
  timer.unref();
}

/** Hangs a bell up in Python, which drops it when there is something to fetch. */
function arm({ environment: here, handle }: NonNullable<typeof registered>): void {
  const bell = makeBell(() => {
    if (registered?.handle === handle) deliver(registered, true);
  });
  support(here, 'unraisable_arm', new Handle(handle), new ByReference(bell));
}

function nextEvent(here: Environment, handle: number): UnraisableEvent | undefined {
  const text = support(here, 'unraisable_next', new Handle(handle)) as string | null;
  if (text === null) return undefined;
  const told = JSON.parse(text) as Omit<UnraisableEvent, 'error'>;
  const error = errorOf(here, supportHandle(here, 'unraisable_take', new Handle(handle)));
  return { ...told, error };
}

/** Delivers what there is; what a listener throws is an uncaught exception of the host's, and the rest comes later. */
function deliver(one: NonNullable<typeof registered>, rung: boolean): void {
  let count = 0;
  let done = false;
  try {
    while (!done && count < AT_A_TIME && registered === one) {
      const event = nextEvent(one.environment, one.handle);
      count += 1;
      if (event === undefined) done = true;
      else {
        channels.unraisable.publish(event);
        for (const listener of [...listeners]) listener(event);
      }
    }
  } catch (error) {
    // Python is over: what it still had to say it has printed.
    if (error instanceof NogilError && error.code === 'PYTHON_SHUT_DOWN') {
      registered = undefined;
      return;
    }
    throw error;
  } finally {
    // Rings at once when something is left.
    if (rung && registered === one) arm(one);
  }
}

function register(): void {
  if (registered !== undefined) return;
  const here = environment();
  const handle = supportHandle(here, 'unraisable_listen');
  registered = { environment: here, handle };
  arm(registered);
  look(registered);
}

/** Tells Python whether anybody listens: whoever only watches takes nothing away from it. */
function settle(): void {
  if (registered === undefined) return;
  const { environment: here, handle } = registered;
  const wanted = listeners.length > 0 || watching;
  if (!wanted) registered = undefined;
  try {
    if (wanted) support(here, 'unraisable_watch', new Handle(handle), listeners.length === 0);
    else support(here, 'unraisable_leave', new Handle(handle));
  } catch (error) {
    if (!(error instanceof NogilError && error.code === 'PYTHON_SHUT_DOWN')) throw error;
  }
  if (!wanted) here.releases.now([handle]);
}

/** Sends events to the channel `nogil:unraisable`, whether anybody listens or not. Python goes on printing them. */
export function watchUnraisable(on: boolean): void {
  watching = on;
  if (on) register();
  settle();
}

function checked(event: unknown, listener: unknown): void {
  if (event !== 'unraisable') {
    throw new NogilError('INVALID_ARGUMENT', `no event ${String(event)}; there is 'unraisable'`);
  }
  if (typeof listener !== 'function') {
    throw new NogilError('INVALID_ARGUMENT', `a listener is a function, not a ${typeof listener}`);
  }
}

/**
 * Listens to errors in Python that nobody can catch: in `__del__`, in weakref callbacks, in Python's own threads. Every
 * JS thread that listens gets all of them, from its event loop, in the order in which they happened; whoever causes
 * one never waits for it. While somebody listens Python does not print them; what was not delivered when Python ends is
 * printed. `SystemExit` ends a thread silently, as in Python.
 *
 * Nothing is installed before the first listener, and nothing after the last one. A listener does not keep the event
 * loop running.
 *
 * @param event - `'unraisable'`
 * @param listener - called with an {@link UnraisableEvent}; what it throws is an uncaught exception. Twice the same
 *   one is called twice
 * @returns stops listening; also at the end of a `using` block
 * @throws NogilError `INVALID_ARGUMENT`, and as `python.start`
 * @remarks Any JS thread, for itself. Starts Python.
 */
export function on(event: 'unraisable', listener: Listener): Disposable & (() => void) {
  checked(event, listener);
  register();
  // Its own, so that disposing of it takes away this registration and no other of the same function.
  const own: Listener = (told) => {
    listener(told);
  };
  originals.set(own, listener);
  listeners.push(own);
  settle();
  const dispose = (): void => {
    remove(own);
  };
  return Object.assign(dispose, { [Symbol.dispose]: dispose });
}

const originals = new WeakMap<Listener, Listener>();

function remove(own: Listener): void {
  const index = listeners.indexOf(own);
  if (index < 0) return;
  listeners.splice(index, 1);
  settle();
}

/**
 * Stops listening: the latest registration of this listener. What still waits is printed by Python when nobody else
 * listens on this thread.
 *
 * @param event - `'unraisable'`
 * @param listener - as it was given to {@link on}
 * @returns whether it listened
 * @throws NogilError `INVALID_ARGUMENT`
 * @remarks Any JS thread, for itself.
 */
export function off(event: 'unraisable', listener: Listener): boolean {
  checked(event, listener);
  const own = listeners.findLast((one) => originals.get(one) === listener);
  if (own === undefined) return false;
  remove(own);
  return true;
}
