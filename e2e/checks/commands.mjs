// @ts-check
import { check } from '../runner/check.mjs';

/** pip and `venv` compute for a dozen seconds, which a loaded machine makes minutes of. */
const DEADLINE_MS = 600_000;

/** What a project uses besides the library: pip, and the command line. */
export const commands = [
  check('packages that pip installs are found', {
    program: 'pip',
    places: ['main'],
    deadline: DEADLINE_MS,
  }),
  check('the command line', { program: 'command-line', places: ['main'], deadline: DEADLINE_MS }),
];
