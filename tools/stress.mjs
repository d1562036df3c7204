// @ts-check
// Runs the scenarios: C ones against the core without a JavaScript engine, then those in TypeScript.
//
//   npm run stress [-- --guard NAME] [--scenario NAME] [--seconds N] [--seed S] [--threads T]
//                  [--python all|3.12,3.14t|PATH] [--core]      --core: only the C scenarios
//   npm run stress -- --soak MINUTES                            memory and handles must stay flat
//
// Needs `npm run build`. Every line that failed says how to replay it.
import './lib/node-version.mjs';
import { main } from './lib/failure.mjs';
import { buildNative } from './lib/native-build.mjs';
import { findPythons } from './lib/stress/pythons.mjs';
import { conclude, readChoice, runAll } from './lib/stress/round.mjs';
import { listScenarios, stressProgram } from './lib/stress/scenarios.mjs';
import { soak } from './lib/stress/soak.mjs';
import { runTypeScript } from './lib/stress/typescript.mjs';

await main(async () => {
  const choice = readChoice(process.argv.slice(2), 5);
  const program = stressProgram(await buildNative({ variant: 'stress' }));
  const { pythons, missing } = await findPythons(choice.python);
  console.log(`seed ${choice.seed}; ${pythons.map(({ name }) => name).join(', ')}`);
  if (choice.soak !== undefined) return soak(program, pythons, choice.soak, choice);
  const native = await runNative(program, pythons, missing, choice);
  const typescript = choice.core ? null : await runTypeScript(choice);
  return native === 0 && (typescript ?? 0) === 0 ? 0 : 1;
});

/**
 * @param {string} program
 * @param {import('./lib/stress/pythons.mjs').Python[]} pythons
 * @param {string[]} missing
 * @param {import('./lib/stress/round.mjs').Choice} choice
 */
async function runNative(program, pythons, missing, choice) {
  const scenarios = await listScenarios(program, choice);
  return conclude('stress', await runAll(program, scenarios, pythons, choice), missing);
}
