// @ts-check
// Runs the C scenarios with a sanitizer in the core.
//
//   npm run sanitize -- address|thread [--guard NAME] [--scenario NAME] [--seconds N] [--seed S]
//                                      [--python all|3.12,3.14t|PATH]
//
// `thread` runs on a CPython that is itself built with ThreadSanitizer, and installs it when it is
// missing (a few minutes). Suppressions and options: native/test/sanitizers.c.
import './lib/node-version.mjs';
import { main } from './lib/failure.mjs';
import { conclude, readChoice, runAll } from './lib/stress/round.mjs';
import {
  checkSanitizer,
  sanitizedProgram,
  sanitizedPythons,
  sanitizerKind,
} from './lib/stress/sanitizer.mjs';
import { listScenarios } from './lib/stress/scenarios.mjs';

await main(async () => {
  const choice = readChoice(process.argv.slice(2), 5);
  const kind = sanitizerKind(choice.positionals[0]);
  const program = await sanitizedProgram(kind);
  const { pythons, missing } = await sanitizedPythons(kind, choice.python);
  console.log(`seed ${choice.seed}; ${pythons.map(({ name }) => name).join(', ')}`);
  await checkSanitizer(kind, program, pythons);
  const scenarios = await listScenarios(program, choice);
  const results = await runAll(program, scenarios, pythons, { ...choice, grace: 180 });
  return conclude(`sanitize-${kind}`, results, missing);
});
