// @ts-check
// `npm run bench -- [options]`: sets up and builds what the benchmarks need, and runs them; bench/README.md says what the
// options are.
import './lib/node-version.mjs';
import path from 'node:path';
import { main } from './lib/failure.mjs';
import { nx } from './lib/nx.mjs';
import { provisionPython } from './lib/provision.mjs';
import { run } from './lib/run.mjs';
import { setup } from './lib/setup.mjs';
import { root } from './lib/workspace.mjs';

await main(async () => {
  await setup([]);
  const code = await nx(['run-many', '-t', 'build', '-p', 'nogil'], { output: 'stderr' });
  if (code !== 0) return code;
  const python = await provisionPython();
  const program = path.join(root, 'bench', 'run.mjs');
  const bench = await run(process.execPath, [program, ...process.argv.slice(2)], {
    env: { ...process.env, NOGIL_PYTHON: python },
  });
  return bench.code;
});
