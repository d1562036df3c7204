// @ts-check
// The core's part of `npm test`: each C scenario for a moment, plain and with AddressSanitizer, and every
// canary until it fails; then the instructions of hot operations are counted, where there is valgrind. ThreadSanitizer needs a Python of its own: `npm run sanitize -- thread`.
import './lib/node-version.mjs';
import { main } from './lib/failure.mjs';
import { checkInstructions } from './lib/instructions/check.mjs';
import { buildNative } from './lib/native-build.mjs';
import { canaries, runCanary } from './lib/stress/canary.mjs';
import { findPythons } from './lib/stress/pythons.mjs';
import { conclude, readChoice, runAll } from './lib/stress/round.mjs';
import { checkSanitizer, sanitizedProgram, sanitizedPythons } from './lib/stress/sanitizer.mjs';
import { listScenarios, stressProgram } from './lib/stress/scenarios.mjs';

await main(async () => {
  const choice = readChoice(process.argv.slice(2), 1);
  const { pythons } = await findPythons(choice.python);
  console.log(`seed ${choice.seed}; ${pythons.map(({ name }) => name).join(', ')}`);

  const plain = stressProgram(await buildNative({ variant: 'stress' }));
  const scenarios = await listScenarios(plain, choice);
  /** @type {import('./lib/stress/scenarios.mjs').Outcome[]} */
  const results = await runAll(plain, scenarios, pythons, choice);

  const sanitized = await sanitizedProgram('address');
  console.log('with AddressSanitizer');
  const tolds = await sanitizedPythons('address', choice.python);
  await checkSanitizer('address', sanitized, tolds.pythons);
  const withSanitizer = await runAll(sanitized, scenarios, tolds.pythons, choice);
  results.push(...withSanitizer.map((each) => ({ ...each, name: `${each.name}, ASan` })));

  const [python] = pythons;
  if (python?.freeThreaded) {
    for (const guard of canaries) {
      const options = { seed: choice.seed, seconds: 60, every: false };
      results.push(await runCanary(guard, python, options));
    }
  }
  const skipped = [];
  for (const each of pythons) {
    const counted = await checkInstructions(plain, each, false);
    results.push(...counted.outcomes);
    skipped.push(...counted.skipped);
  }
  return conclude('test', results, skipped);
});
