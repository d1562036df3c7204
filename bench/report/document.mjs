// @ts-check
// docs/benchmarks.md: what was measured, on what, and what it says; a row that is not as it should be comes first.
import { digits, times } from './figures.mjs';
import { tableOf } from './table.mjs';
import { behind, judge, slowerOnBun } from './verdicts.mjs';

/** @typedef {import('./result.mjs').Result} Result */

/**
 * @param {Result} result
 * @param {Record<string, string>} charts - file names, by group
 * @returns {string} Markdown; prettier lays it out
 */
export function document(result, charts) {
  return [
    '# Benchmarks',
    head(result),
    '## Where another bridge is faster',
    behindTable(result),
    '## Budgets',
    budgetTable(result),
    '## Bun beside Node',
    bunTable(result),
    ...result.groups.flatMap((group) => groupPart(result, group, charts[group])),
    '## What could not be measured',
    listOr(problemLines(result), 'Everything was.'),
    '## How it is measured',
    howText(result),
  ].join('\n\n');
}

/** @param {Result} result */
function head({ date, machine, versions, load, seconds }) {
  const named = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  return [
    `Written by \`npm run bench\` on ${date.slice(0, 10)}, in ${Math.round(seconds)} seconds. ${machine.processor}, ${machine.cores} cores, ` +
      `${machine.gibibytes} GiB, ${machine.system}. ${named.join(', ')}.`,
    `Load of the machine before the run ${digits(load.before)}, after it ${digits(load.after)}: ${
      load.before < 0.5 ? 'idle before' : 'other programs ran'
    }.`,
  ].join('\n\n');
}

/** @param {Result} result */
function behindTable(result) {
  const found = behind(result);
  if (found.length === 0) return 'Nowhere: nogil is ahead of each on every row that it has.';
  const body = result.groups.flatMap((group) =>
    result.rows.flatMap(({ id, title: name }) => {
      const own = found.filter((each) => each.row === id && each.group === group);
      const [first] = own;
      if (first === undefined) return [];
      const factor = (/** @type {string} */ column) => {
        const one = own.find((each) => each.column === column);
        return one === undefined ? '' : times(one.times);
      };
      return [[name, group, first.peer, factor('nogil-node'), factor('nogil-bun')]];
    }),
  );
  const heads = ['', 'Python', 'the fastest', 'nogil on Node needs', 'nogil on Bun needs'];
  return table(heads, body);
}

/** @param {Result} result */
function budgetTable(result) {
  const verdicts = judge(result);
  if (verdicts.length === 0) return 'None was measured.';
  const rows = verdicts.map(({ row, group, text, limit, figure, met, least, attainable }) => [
    title(result, row),
    group,
    `${digits(limit)} ${text}`,
    digits(figure),
    least === undefined ? '' : digits(least),
    met ? 'met' : attainable === false ? '**not met**, out of reach' : '**not met**',
  ]);
  return [
    'The same figure of _C behind Node-API_, which does nothing but the work itself, is the least that a bridge with ' +
      'proxies on Node can have: a budget that it does not meet is out of reach.',
    table(['', 'Python', 'budget', 'measured', 'C behind Node-API', ''], rows),
  ].join('\n\n');
}

/** @param {Result} result */
function bunTable(result) {
  const rows = result.groups.flatMap((group) =>
    slowerOnBun(result, group).map(({ row, times: factor, least }) => [
      title(result, row),
      group,
      times(factor),
      least === undefined ? '' : times(least),
    ]),
  );
  if (rows.length === 0) return 'At least as fast on every row.';
  const head = ['', 'Python', 'Bun needs, times Node', 'C behind Node-API, Bun times Node'];
  return `The last column is what the engines themselves make of it: nothing of nogil is in it.\n\n${table(head, rows)}`;
}

/**
 * @param {Result} result
 * @param {string} group
 * @param {string | undefined} chart
 */
function groupPart(result, group, chart) {
  const { head: heads, body } = tableOf(result, group);
  return [
    `## Python ${group}`,
    ...(chart === undefined ? [] : [`![Times the floor, for each row and column](${chart})`]),
    'The ratio beside nogil, and beside C behind Node-API, is to C only; beside others, to nogil on Node. “–”: the bridge has no such operation.',
    table(heads, body),
  ];
}

/** @param {Result} result */
function problemLines({ columns, cells, rows }) {
  const whole = columns.flatMap(({ title: name, group, problem }) =>
    problem === undefined ? [] : [`${name}, Python ${group}: ${inline(problem)}`],
  );
  const single = rows.flatMap(({ id, title: name }) =>
    columns.flatMap((column) => {
      const problem = cells[id]?.[column.key]?.problem;
      return problem === undefined
        ? []
        : [`${column.title}, Python ${column.group}, ${name}: ${inline(problem)}`];
    }),
  );
  return [...whole, ...single];
}

/** @param {Result} result */
function howText({ pace, clock }) {
  const counted =
    clock === 'wall'
      ? ''
      : ' Synchronous rows count the processor time of their thread, because the machine did other things.';
  return `Each column is a process; each of ${pace.rounds} rounds takes ${pace.milliseconds} ms of every row from every column before the next round
begins, after ${pace.settle} ms that are not counted: other processes have had the caches since. A time is that of the
fastest round, because what else a machine does only ever adds; for operations of less than two microseconds that of the
fastest half of a millisecond. + is how much more the median of the rounds took; a ratio is of two such times. Before a row is timed, its result is compared with what the row says must come out. Starts are the
fastest of ${pace.starts} processes.${counted}

*C only* is a C program on the same libpython that attaches, converts from what a JavaScript engine has, calls, converts
back and detaches; for callbacks, an addon that makes an empty Node-API callback with one detach and attach around it; for
starts and memory, \`node -e 0\` and \`python -c pass\` together. _C behind Node-API_ is that program as an addon: a Proxy that
remembers nothing, one Node-API function for each crossing, numbers in shared memory. Every bridge does the same work, with the Python of
\`bench/columns/subject.py\`, by the fastest means that its documentation has; how is in \`bench/columns\`. Pyodide has its own
Python. The figures with all samples are in \`bench/build/results.json\`.`;
}

/**
 * @param {Result} result
 * @param {string} id
 */
function title({ rows }, id) {
  return rows.find((row) => row.id === id)?.title ?? id;
}

/**
 * @param {readonly string[]} head
 * @param {readonly (readonly string[])[]} body
 */
function table(head, body) {
  const line = (/** @type {readonly string[]} */ cells) => `| ${cells.map(inline).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...body.map(line)].join('\n');
}

/** @param {string} text */
function inline(text) {
  return text.trim().replaceAll('\n', ' ').replaceAll('|', '\\|');
}

/**
 * @param {readonly string[]} lines
 * @param {string} otherwise
 */
function listOr(lines, otherwise) {
  return lines.length === 0 ? otherwise : lines.map((line) => `- ${line}`).join('\n');
}
