// @ts-check
import { check } from '../runner/check.mjs';

/** Threads come and go, and take what is theirs with them. */
export const lifeCycle = [
  check('eight workers use Python first, at once', { program: 'first-use' }),
  check('two workers inside Python at once', { program: 'parallel', pythons: 'builds' }),
  check('twenty workers, one after another', { program: 'workers-in-sequence' }),
  check('twenty workers at once', { program: 'workers-at-once' }),
  check('workers that fail to start Python', { program: 'failed-starts' }),
  check('terminate() of an idle worker', { program: 'terminate-idle' }),
  check('terminate() while Python computes', { program: 'terminate-computing', pythons: 'builds' }),
];
