// @ts-check
// Counts the instructions of what programs do most, without a JavaScript engine, and compares the core's part with
// native/test/instructions.json. Instructions, unlike times, are the same on a busy machine.
//
//   npm run instructions [-- --write] [--python VERSION|PATH]      --write: what is counted is the baseline now
import './lib/node-version.mjs';
import { parseArgs } from 'node:util';
import { main } from './lib/failure.mjs';
import { checkInstructions } from './lib/instructions/check.mjs';
import { buildNative } from './lib/native-build.mjs';
import { findPythons } from './lib/stress/pythons.mjs';
import { stressProgram } from './lib/stress/scenarios.mjs';

await main(async () => {
  const { values } = parseArgs({
    options: { write: { type: 'boolean', default: false }, python: { type: 'string' } },
  });
  const program = stressProgram(await buildNative({ variant: 'stress' }));
  const { pythons } = await findPythons(values.python);
  let failed = 0;
  for (const python of pythons) {
    const { outcomes, skipped } = await checkInstructions(program, python, values.write);
    for (const why of skipped) console.log(`skipped ${why}`);
    failed += outcomes.filter(({ passed }) => !passed).length;
  }
  return failed === 0 ? 0 : 1;
});
