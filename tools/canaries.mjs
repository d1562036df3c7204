// @ts-check
// For each guard, a build of the core with only that guard compiled out, on which each of its scenarios
// must fail; those about something that this build keeps (NG_SCENARIO_BESIDE in native/test/stress.h) are
// listed as such. A scenario that passes fails this command; a hang does not count as having noticed.
//
//   npm run canaries [-- --guard NAME] [--scenario NAME] [--seconds N] [--seed S] [--core]
//
// --seconds: how long a scenario may take, 60 by default. --scenario: with its --guard. --core: only the
// C scenarios.
import './lib/node-version.mjs';
import { Failure, main } from './lib/failure.mjs';
import { canaries, runCanary } from './lib/stress/canary.mjs';
import { findPythons } from './lib/stress/pythons.mjs';
import { conclude, readChoice } from './lib/stress/round.mjs';
import { runTypeScript } from './lib/stress/typescript.mjs';

await main(async () => {
  const choice = readChoice(process.argv.slice(2), 60);
  const guards = canaries.filter((guard) => (choice.guard ?? guard) === guard);
  if (guards.length === 0)
    throw new Failure(`--guard ${choice.guard}: one of ${canaries.join(', ')}`);
  const {
    pythons: [python],
  } = await findPythons(choice.python);
  if (!python?.freeThreaded) {
    throw new Failure('Canaries need a free-threaded Python: a GIL hides what they look for.', {
      next: ['npm run nogil -- python install', 'or --python 3.14t'],
    });
  }
  console.log(`seed ${choice.seed}; ${python.name}`);
  const results = [];
  for (const guard of guards) {
    const { core, ...result } = await runCanary(guard, python, { ...choice, every: true });
    results.push(result);
    if (choice.core) continue;
    const code = await runTypeScript({ ...choice, guard, seconds: 5 }, { NOGIL_CORE: core });
    if (code === null) continue;
    const output =
      code === 0
        ? `CANARY ${guard} PASSED in TypeScript: those scenarios prove nothing`
        : `canary ${guard}: scenarios in TypeScript failed, as they must`;
    console.log(output);
    results.push({ name: `canary ${guard} in TypeScript`, passed: code !== 0, output });
  }
  return conclude('canaries', results, []);
});
