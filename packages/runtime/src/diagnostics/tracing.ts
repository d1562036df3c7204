import { tracingChannel } from 'node:diagnostics_channel';

import { NogilError } from '@nogil/abi';

import type { Environment } from '../environment.js';
import type { Handle } from '../frame/crossing.js';
import { ask } from '../concurrency/operation.js';

/** What is traced: the channels are `tracing:nogil.callAsync:start` and so on. */
const traced = {
  callAsync: tracingChannel('nogil.callAsync'),
  parallel: tracingChannel('nogil.parallel'),
} as const;

type Traced = keyof typeof traced;

/** Whether `performance` gets an entry for each of these; see `python.start({ diagnostics })`. */
let measuring = false;

export function measure(on: boolean): void {
  measuring = on;
}

function hasSubscribers(what: Traced): boolean {
  const { start, end, asyncStart, asyncEnd, error } = traced[what];
  // One by one: not every host has it for all of them.
  return (
    start.hasSubscribers ||
    asyncEnd.hasSubscribers ||
    error.hasSubscribers ||
    end.hasSubscribers ||
    asyncStart.hasSubscribers
  );
}

/**
 * Does what gives a promise, and tells those who watch. Where nobody does it costs two looks.
 *
 * @param fn - the Python function that is called; `null`: several
 * @returns what `work` returns, or a promise that is settled the same way
 * @throws what `work` throws
 */
export function trace<Result>(
  what: Traced,
  environment: Environment,
  fn: Handle | null,
  work: () => Promise<Result>,
): Promise<Result> {
  const told = hasSubscribers(what);
  if (!told && !measuring) return work();
  const detail = { operation: what, function: fn === null ? undefined : nameOf(environment, fn) };
  const start = performance.now();
  const promise = told ? traced[what].tracePromise(work, { ...detail }) : work();
  if (measuring) {
    const done = (): void => {
      entry(what, start, detail);
    };
    promise.then(done, done);
  }
  return promise;
}

function entry(what: Traced, start: number, detail: object): void {
  const name = `nogil.${what}`;
  performance.measure(name, { start, end: performance.now(), detail });
  // Observers have it by now. The timeline would keep it for as long as the process runs.
  performance.clearMeasures(name);
}

function nameOf(environment: Environment, fn: Handle): string {
  try {
    return ask(environment, 'callable_name', fn) as string;
  } catch (error) {
    if (!(error instanceof NogilError)) throw error;
    return `<${error.message}>`; // Python has ended: the call is about to say so
  }
}
