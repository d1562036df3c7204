// @ts-check
import { check } from '../runner/check.mjs';

const environment = { NOGIL_CORE: 'damaged.node' };

/** What a user does wrong ends in an error that says so. */
export const misuse = [
  check('use after shutdown', { program: 'after-shutdown' }),
  check('a second Python in one process', { program: 'mismatch' }),
  check('the core is missing', { program: 'core-missing', environment }),
  check('the core is a text file', { program: 'core-text', environment }),
  check('the core is cut short', { program: 'core-truncated', environment }),
];
