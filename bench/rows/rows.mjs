// @ts-check
// The rows: what is done, what must come out, and what DESIGN.md's budgets say of it.
import * as values from './values.mjs';

/**
 * How a row's figure is obtained.
 * - `loop`: each column repeats the work; nanoseconds for one
 * - `start`: a new process, from its start to its end; milliseconds
 * - `resident`: what that process occupies after its first call; MiB
 * - `kept`: what each of many objects occupies that are kept; bytes
 *
 * @typedef {'loop' | 'start' | 'resident' | 'kept'} Kind
 */

/**
 * A budget of nogil's on Node. Exactly one of `floor`, `peers`, `row` and `value` is there.
 * @typedef {object} Budget
 * @property {number} [floor] - at most so many times the C program
 * @property {number} [peers] - at least so many times faster than the fastest peer on the same Python
 * @property {{ id: string, times: number }} [row] - at most so many times another row of its own
 * @property {number} [value] - at most this, in the row's unit
 */

/**
 * @typedef {object} Row
 * @property {string} id
 * @property {string} title - in one line, for the tables
 * @property {Kind} kind
 * @property {unknown} [result] - what the work answers for its first argument, 0; checked before anything is
 *   timed, so that a column which does something else is not compared
 * @property {Budget[]} [budgets]
 * @property {boolean} [sliced] - a sample is its fastest slice, and not its mean: for work of which thousands are done in a
 *   slice, and that leaves next to nothing to a garbage collector, which would come between slices
 */

const { nested, numbers, record, longText, mixedText, shortText } = values;

/** @type {Row[]} */
export const rows = [
  sliced('crossing', 'nothing: attach and detach'),
  sliced('call', '`f(a, b)`, bound', 2.5, [{ floor: 1.8 }, { peers: 5 }]),
  sliced('sqrt', '`math.sqrt(x)`, bound', 1.5, [{ floor: 1.8 }, { peers: 5 }]),
  sliced('attribute-call', '`math.sqrt(x)` through a proxy', 1.5, [
    { row: { id: 'sqrt', times: 2 } },
  ]),
  sliced('method', '`object.method(a)`', 0, [{ row: { id: 'call', times: 2 } }]),
  sliced('get', '`object.size`', 1),
  sliced('set', '`object.extent = i`'),
  sliced('text-short', 'text, 11 characters of ASCII, echoed', shortText, [{ floor: 2.5 }]),
  loop('text-mixed', 'text, 10 kB of mixed scripts, echoed', mixedText),
  loop('text-long', 'text, 1 MB of ASCII, echoed', longText),
  loop('list', 'list of 1 000 ints, there and back', numbers, [{ peers: 5 }]),
  loop('dict', 'dict of 20 keys, there and back', record),
  loop('nested', 'nested JSON of 200 nodes, there and back', nested),
  loop('object', 'object created and dropped'),
  loop('object-destroy', 'object created and released at once'),
  sliced('generator', 'generator, each item', (values.MANY * (values.MANY - 1)) / 2),
  sliced('callback', 'Python calls a JavaScript function', values.MANY - 1, [{ floor: 2 }]),
  sliced('js-attribute', 'Python reads an attribute of a JavaScript object', 1),
  sliced('js-method', 'Python calls a method of a JavaScript object', values.MANY - 1),
  loop('exception', 'exception raised, caught, its message read', "'key'"),
  loop('array-to-small', 'typed array to Python, 1 KiB', values.SMALL),
  loop('array-to-large', 'typed array to Python, 8 MiB', values.LARGE, [
    { row: { id: 'array-to-small', times: 1.5 } },
  ]),
  loop('array-from-small', 'typed array from Python, 1 KiB', values.SMALL),
  loop('array-from-large', 'typed array from Python, 8 MiB', values.LARGE, [
    { row: { id: 'array-from-small', times: 1.5 } },
  ]),
  loop('async', 'asynchronous call, one at a time', 2.5),
  loop('async-many', 'asynchronous call, each of 100 at once', 2.5),
  loop('parallel', 'parallel map, each item; floor: two Python threads', values.JOBS, [
    { floor: 1 / 0.95 },
  ]),
  sliced('handle', 'handle made and released', undefined, [{ value: 150 }]),
  {
    id: 'start',
    title: 'process: start, first call, end',
    kind: 'start',
    budgets: [{ floor: 1.3 }],
  },
  { id: 'resident', title: 'memory after the first call', kind: 'resident' },
  { id: 'kept-handle', title: 'memory of a handle', kind: 'kept', budgets: [{ value: 32 }] },
  { id: 'kept-object', title: 'memory of an object that JavaScript keeps', kind: 'kept' },
];

/**
 * @param {string} id
 * @param {string} title
 * @param {unknown} [result]
 * @param {Budget[]} [budgets]
 * @returns {Row}
 */
function loop(id, title, result, budgets = []) {
  return { id, title, kind: 'loop', result, budgets };
}

/** @type {typeof loop} */
function sliced(id, title, result, budgets) {
  return { ...loop(id, title, result, budgets), sliced: true };
}

/**
 * @param {string} id
 * @throws Error for an id that no row has
 */
export function rowOf(id) {
  const row = rows.find((each) => each.id === id);
  if (row === undefined) throw new Error(`no row is called ${id}`);
  return row;
}
