import { inspect } from 'node:util';

import { type LeakedHandle, leakReport } from '@nogil/handles';

import { type Environment, existingEnvironment } from '../environment.js';
import type { JsEntry } from '../javascript/objects.js';
import { type CycleSearch, findCycles, type HeapCycle } from './cycles.js';

export type { HeapCycle } from './cycles.js';

/** A Python object that JavaScript holds. */
export type LeakedProxy = LeakedHandle;

/** A JavaScript object that Python holds. */
export interface HeldObject {
  /** Python's number for it. */
  readonly number: number;
  /** What it is, in a few words. */
  readonly what: string;
  /** How long ago it crossed first, in milliseconds; `undefined` when handles were not tracked then. */
  readonly age: number | undefined;
  /** Where it crossed first; as `age`. */
  readonly stack: string | undefined;
}

/** What this thread's two heaps hold of each other. */
export interface Leaks {
  /** Python objects that JavaScript holds, the oldest first; those nogil keeps for itself are left out where it knows. */
  readonly proxies: readonly LeakedProxy[];
  /** JavaScript objects that Python holds. */
  readonly objects: readonly HeldObject[];
  /** Those of both that keep each other, which no collector can see. */
  readonly cycles: readonly HeapCycle[];
  /** Whether all was looked at for `cycles`: within the bounds, and with the variables of closures. */
  readonly complete: boolean;
}

/** How to look. */
export interface LeaksOptions {
  /** Whether to call `repr()` of the Python objects, which may run code of anybody's. Off without it. */
  readonly repr?: boolean;
  /** Whether to look for cycles. On without it. */
  readonly cycles?: boolean;
  /** How many Python objects to look at for cycles; 100 000 without it. */
  readonly limit?: number;
  /** How long to look for cycles, in milliseconds on each side; 1000 without it. */
  readonly timeout?: number;
}

const DEFAULT_LIMIT = 100_000;
const DEFAULT_TIMEOUT_MS = 1000;

function framesOf(error: Error | undefined): string | undefined {
  return error?.stack
    ?.split('\n')
    .filter((line) => /^\s*at |@/u.test(line))
    .slice(1)
    .join('\n');
}

function heldObject({ number, value, made }: JsEntry, now: number): HeldObject {
  return {
    number,
    what: describe(value),
    age: made === undefined ? undefined : now - made.at,
    stack: framesOf(made?.where),
  };
}

/** In a few words, and without running getters or traps. */
export function describe(value: object): string {
  return inspect(value, {
    depth: 0,
    breakLength: Infinity,
    maxArrayLength: 3,
    maxStringLength: 40,
  });
}

function internal({ names, support }: Environment): ReadonlySet<number> {
  return new Set([...names.values(), ...support.values()]);
}

/**
 * What JavaScript holds of Python and Python of JavaScript, on this thread, and the cycles between them. With
 * `trackHandles(true)` of `@nogil/handles`, or `NOGIL_TRACK_HANDLES=1`, each has its age and where it was made.
 *
 * A cycle (a Python object holds a JavaScript object that holds the first one's proxy) is never collected: each
 * collector sees a reference from outside. Cut it with `destroy()`, by a weak reference on either side, or by not
 * storing the proxy.
 *
 * @param options - what to look for, and how long
 * @returns a moment's view; empty when this thread has not used Python
 * @throws NogilError `PYTHON_SHUT_DOWN`
 * @remarks Any JS thread, for itself. Does not start Python. Looking for closures' variables uses the host's
 *   inspector; where there is none (Bun), `complete` is false if there are functions.
 */
export function leaks(options: LeaksOptions = {}): Leaks {
  const here = existingEnvironment();
  if (here === undefined) return { proxies: [], objects: [], cycles: [], complete: true };
  const {
    repr = false,
    cycles = true,
    limit = DEFAULT_LIMIT,
    timeout = DEFAULT_TIMEOUT_MS,
  } = options;
  const entries = here.objects?.held() ?? [];
  const search: CycleSearch = cycles
    ? findCycles(here, entries, limit, timeout)
    : { cycles: [], complete: true };
  const own = internal(here);
  const now = performance.now();
  return {
    proxies: leakReport({ repr }).filter(({ handle }) => !own.has(handle)),
    objects: entries.map((entry) => heldObject(entry, now)),
    ...search,
  };
}
