// @ts-check
import { buildNative } from '../native-build.mjs';
import { listScenarios, runScenario, stressProgram } from './scenarios.mjs';

/** The guards that can be compiled out (NOGIL_UNSAFE_<GUARD>). */
export const canaries = ['handles', 'finalizer-guard', 'type-cache', 'emit-lock'];

/** A scenario's turn, in seconds: long enough for a barrier point to let somebody in. */
const TURN_SECONDS = 2;

/**
 * Builds the core without one guard and runs the guard's scenarios, in turns and with new seeds, until
 * one fails.
 *
 * @param {string} guard
 * @param {import('./pythons.mjs').Python} python - free-threaded: a GIL serialises attached code
 * @param {object} options
 * @param {bigint} options.seed
 * @param {number} options.seconds - at most, in all
 * @param {boolean} options.every - go on until each scenario of the guard has failed
 * @returns {Promise<{ core: string, passed: boolean }>} `passed`: the canary failed, as it must
 */
export async function runCanary(guard, python, { seed, seconds, every }) {
  const core = await buildNative({ variant: `unsafe-${guard}` });
  const program = stressProgram(core);
  let left = await listScenarios(program, { guard });
  const begin = performance.now();
  const elapsed = () => (performance.now() - begin) / 1000;
  let caught = 0;
  for (let turn = 0n; left.length > 0 && elapsed() < seconds; turn += 1n) {
    for (const scenario of [...left]) {
      const options = { seconds: TURN_SECONDS, seed: seed + turn };
      const result = await runScenario(program, scenario, python, options);
      if (result.passed) {
        if (elapsed() >= seconds) break;
        continue;
      }
      console.log(
        `canary ${guard}: ${scenario.name} failed after ${elapsed().toFixed(1)} s, as it must ` +
          `(seed ${result.seed}): ${reason(result.output)}`,
      );
      caught += 1;
      left = left.filter((each) => each !== scenario);
      if (!every) return { core, passed: true };
    }
  }
  for (const { name } of left) {
    console.log(`canary ${guard}: ${name} did not notice in ${elapsed().toFixed(1)} s`);
  }
  if (caught === 0) console.log(`CANARY ${guard} PASSED: its scenarios prove nothing`);
  return { core, passed: caught > 0 };
}

/**
 * The line that says what went wrong.
 * @param {string} output
 */
function reason(output) {
  const lines = output.split('\n').filter((line) => line.trim() !== '');
  return lines.find((line) => line.includes('FAILED')) ?? lines.at(-1) ?? '';
}
