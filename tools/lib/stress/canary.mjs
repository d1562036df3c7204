// @ts-check
import { buildNative } from '../native-build.mjs';
import { isBeside, listScenarios, noticed, runScenario, stressProgram } from './scenarios.mjs';

/** The guards that can be compiled out (NOGIL_UNSAFE_<GUARD>). */
export const canaries = ['handles', 'finalizer-guard', 'type-cache', 'emit-lock', 'interrupt'];

/** How long a process may take beyond its turn; one that hangs is told to end sooner than usual. */
const GRACE_SECONDS = 20;

/** A scenario's turn, in seconds: long enough for a barrier point to let somebody in. */
const TURN_SECONDS = 2;

/**
 * Builds the core without one guard and runs the guard's scenarios, in turns and with new seeds, until
 * each has failed, or, unless `every`, the first.
 *
 * @param {string} guard
 * @param {import('./pythons.mjs').Python} python - free-threaded: a GIL serialises attached code
 * @param {object} options
 * @param {bigint} options.seed
 * @param {number} options.seconds - for each scenario, of its own turns
 * @param {boolean} options.every - each scenario of the guard must fail, but for those beside it
 * @param {string | undefined} [options.scenario] - only this one
 * @returns {Promise<{ core: string } & import('./scenarios.mjs').Outcome>} `passed`: the canary failed,
 *   as it must
 */
export async function runCanary(guard, python, { seed, seconds, every, scenario: only }) {
  const core = await buildNative({ variant: `unsafe-${guard}` });
  const program = stressProgram(core);
  const all = await listScenarios(program, { guard, scenario: only });
  let left = all.filter((scenario) => !isBeside(scenario));
  for (const { name } of every ? all.filter(isBeside) : []) {
    console.log(`canary ${guard}: ${name} is about something else, which this build keeps`);
  }
  /** @type {Map<string, number>} */
  const spent = new Map();
  const elapsed = (/** @type {{ name: string }} */ { name }) => spent.get(name) ?? 0;
  const name = `canary ${guard}`;
  /** @type {string[]} */
  const said = [];
  const say = (/** @type {string} */ line) => {
    said.push(line);
    console.log(line);
  };
  let caught = 0;
  for (let turn = 0n; left.some((each) => elapsed(each) < seconds); turn += 1n) {
    for (const scenario of left.filter((each) => elapsed(each) < seconds)) {
      const options = { seconds: TURN_SECONDS, seed: seed + turn, grace: GRACE_SECONDS };
      const result = await runScenario(program, scenario, python, options);
      spent.set(scenario.name, elapsed(scenario) + result.ms / 1000);
      const line = `${name}: ${scenario.name}`;
      const why = `(seed ${result.seed}): ${reason(result.output)}`;
      if (!noticed(result)) {
        if (!result.passed) say(`${line} hung, which says nothing ${why}`);
        continue;
      }
      say(`${line} failed after ${elapsed(scenario).toFixed(1)} s, as it must ${why}`);
      caught += 1;
      left = left.filter((each) => each !== scenario);
      if (!every) return { core, name, passed: true, output: '' };
    }
  }
  for (const scenario of left) {
    say(
      `CANARY ${guard} PASSED ${scenario.name} for ${elapsed(scenario).toFixed(1)} s: it proves nothing`,
    );
  }
  const passed = caught > 0 && (!every || left.length === 0);
  return { core, name, passed, output: passed ? '' : said.join('\n') };
}

/**
 * The line that says what went wrong.
 * @param {string} output
 */
function reason(output) {
  const lines = output.split('\n').filter((line) => line.trim() !== '');
  return lines.find((line) => line.includes('FAILED')) ?? lines.at(-1) ?? '';
}
