import { NogilError } from '@nogil/abi';

import { ask } from '../concurrency/operation.js';
import type { Environment } from '../environment.js';
import { watchUnraisable } from '../lifetime/unraisable.js';
import { measure } from './tracing.js';

/** @throws NogilError `INVALID_ARGUMENT` */
export function checkDiagnostics(on: unknown): asserts on is boolean {
  if (typeof on === 'boolean') return;
  throw new NogilError('INVALID_ARGUMENT', `diagnostics is ${String(on)}; it is true or false`);
}

/** Turns on, or off, what diagnostics cost something: see `diagnostics` of `python.start`. */
export function setDiagnostics(here: Environment, on: boolean): void {
  measure(on);
  watchUnraisable(on);
  if (on) ask(here, 'time_collections');
}
