/**
 * What every backend does alike, as plain programs: on-engine.ts runs them on each engine. So they use no
 * test framework.
 */
import { callbackErrors } from './callback-errors.js';
import { callbackLifetimes } from './callback-lifetimes.js';
import { callbackValues } from './callback-values.js';
import type { Case } from './case.js';
import { functions } from './functions.js';
import { memory } from './memory.js';
import { text } from './text.js';

export const cases: Readonly<Record<string, Case>> = {
  ...functions,
  ...text,
  ...memory,
  ...callbackValues,
  ...callbackErrors,
  ...callbackLifetimes,
};
