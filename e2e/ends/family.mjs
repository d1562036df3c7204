// @ts-check
import { ATEXIT, BUFFERED } from '../programs/traces.mjs';
import { check } from '../runner/check.mjs';

/** @typedef {import('../runner/check.mjs').Check} Check */
/** @typedef {import('../runner/check.mjs').Outcome} Outcome */

/** How long the process may take from the line `ready` to its end, whatever Python does, in milliseconds. */
const EXIT_BOUND_MS = 2000;
/** What a busy machine may keep the runner and the host from doing meanwhile. */
const ALLOWANCE_MS = 2000;
/** A process that hangs at its end hangs for ever: this is long enough to be sure on a busy machine. */
const DEADLINE_MS = 40_000;

/**
 * How a process may end, and what its parent then sees.
 * @type {Record<string, { code: number | null, signal?: NodeJS.Signals, message?: string }>}
 */
const FORMS = {
  natural: { code: 0 },
  exit: { code: 7 },
  uncaught: { code: 1, message: 'nobody catches this' },
  rejection: { code: 1, message: 'nobody handles this' },
  SIGINT: { code: null, signal: 'SIGINT' },
  SIGTERM: { code: null, signal: 'SIGTERM' },
  SIGHUP: { code: null, signal: 'SIGHUP' },
  terminate: { code: 9 },
  'exit-in-worker': { code: 14 },
  shutdown: { code: 0 },
};

/** What Python says of an atexit callback that raises. */
const RAISED = 'raised at exit';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/** What others do in Python when the end comes; `everything` is all of it at once. */
const ACTIVITIES = ['computes', 'locks', 'calls-back', 'sleeps', 'idles'];

/** What JavaScript waits for without being inside: it keeps the process from ending by itself. */
const PENDING = {
  pool: ['computes', 'sleeps', 'has-a-deadline', 'maps', 'has-a-queue', 'calls'],
  asyncio: ['sleeps', 'swallows', 'awaits'],
};
const BY_ITSELF = ['natural', 'exit-in-worker'];

/** What the last of the atexit callbacks does. */
const CALLBACKS = ['raises', 'computes', 'sleeps'];

/**
 * One way to end in one situation.
 * @typedef {object} End
 * @property {string} form
 * @property {string} who - `thread`, `daemon`, `worker`; `pool` or `asyncio`, on behalf of main; `main`: the thread that
 *   receives the end is itself inside; `atexit`
 * @property {string} what
 * @property {'main'} place
 * @property {Check} check
 */

/**
 * @param {string} form
 * @param {string} who
 * @param {string} what
 * @returns {End}
 */
function end(form, who, what) {
  const { code, signal, message } = FORMS[form] ?? {};
  const name = `${form}, ${who} ${what}`;
  const parts = {
    program: 'end',
    parameters: [form, who, what],
    places: /** @type {const} */ (['main']),
    repeatedBy: `node ends.mjs --family all --end '${name}'`,
    deadline: DEADLINE_MS,
    problem: problem(
      // Who ends Python before the process is told to end waits for both.
      (form === 'shutdown' ? 2 : 1) * EXIT_BOUND_MS + ALLOWANCE_MS,
      code ?? null,
      signal,
      who === 'atexit' && what === 'raises' ? RAISED : message,
    ),
    ...(signal === undefined ? {} : { signal }),
  };
  return { form, who, what, place: 'main', check: check(name, parts) };
}

/**
 * The process ended as it was told to, in time, after Python ran its atexit callbacks, once, and wrote out
 * what it had buffered.
 *
 * @param {number} bound - in milliseconds
 * @param {number | null} code
 * @param {NodeJS.Signals | undefined} signal
 * @param {string | undefined} message - what stderr must say
 * @returns {(outcome: Outcome) => string | undefined}
 */
function problem(bound, code, signal, message) {
  return (outcome) => {
    if (outcome.sinceReady === Infinity) return 'it ended before it was ready';
    if (outcome.code !== code || outcome.signal !== (signal ?? null)) {
      return `ended with exit code ${outcome.code}, signal ${outcome.signal}; expected ${code}, ${signal ?? null}`;
    }
    const ran = outcome.read(ATEXIT);
    if (ran !== 'ran\n') return `atexit callbacks left ${JSON.stringify(ran)}, expected one line`;
    if (!outcome.stdout.includes(BUFFERED)) return 'what Python had buffered for stdout is lost';
    // A signal also interrupts what nobody will miss: the host may say so before the process dies.
    const silent = message === undefined && signal === undefined;
    if (silent && outcome.stderr !== '') return 'stderr is not empty';
    if (message !== undefined && !outcome.stderr.includes(message)) {
      return `stderr does not say "${message}"`;
    }
    if (/Fatal Python error/.test(outcome.stderr)) return 'Python ended with a fatal error';
    return outcome.sinceReady > bound ? `took ${outcome.sinceReady} ms to end` : undefined;
  };
}

const forms = Object.keys(FORMS);

/**
 * @param {readonly string[]} whichForms
 * @param {string} who
 * @param {readonly string[]} activities
 */
function all(whichForms, who, activities) {
  return whichForms.flatMap((form) => activities.map((what) => end(form, who, what)));
}

/** Every form in which somebody ends a process that would not end by itself. */
const told = forms.filter((form) => !BY_ITSELF.includes(form));

/** Every form × what others do; and what only the main thread can do. */
export const single = [
  ...all(forms, 'thread', ACTIVITIES),
  ...all(forms, 'worker', ACTIVITIES),
  ...all(forms, 'daemon', ['computes', 'sleeps']),
  ...all(told, 'pool', PENDING.pool),
  ...all(told, 'asyncio', PENDING.asyncio),
  ...all(forms, 'atexit', CALLBACKS),
  ...all(SIGNALS, 'main', ['computes', 'locks', 'calls-back', 'sleeps']),
  end('exit', 'main', 'calls-back'),
  end('uncaught', 'main', 'calls-back'),
];

/**
 * The forms that everybody meets × the states in which Python is busy: few enough to be repeated a hundred times on every
 * engine.
 */
export const core = ['natural', 'exit', 'uncaught', 'SIGTERM', 'terminate'].flatMap((form) =>
  ['thread', 'worker'].flatMap((who) =>
    all([form], who, ['computes', 'sleeps', 'locks', 'calls-back']),
  ),
);

/** Every form while threads, or workers, do everything at once. */
export const together = forms.flatMap((form) =>
  ['thread', 'worker'].map((who) => end(form, who, 'everything')),
);

/** Each form once, and each activity twice: for engines and Pythons that get no more. */
export const smoke = forms.map((form, i) =>
  end(form, i % 2 === 0 ? 'worker' : 'thread', ACTIVITIES[i % ACTIVITIES.length] ?? ''),
);
