// @ts-check
import { commands } from './commands.mjs';
import { configuration } from './configuration.mjs';
import { exits } from './exits.mjs';
import { interpreter } from './interpreter.mjs';
import { interrupts } from './interrupts.mjs';
import { lifeCycle } from './life-cycle.mjs';
import { misuse } from './misuse.mjs';

/** Everything that is checked. */
export const checks = [
  ...interpreter,
  ...configuration,
  ...commands,
  ...lifeCycle,
  ...misuse,
  ...interrupts,
  ...exits,
];
