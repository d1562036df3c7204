// @ts-check
// `npm run demo -- [options of the census]`: sets up what the census needs and runs it. Everything but
// the census itself speaks on stderr, so that `npm run --silent demo -- --json` prints JSON and nothing else.
import './lib/node-version.mjs';
import path from 'node:path';
import { main } from './lib/failure.mjs';
import { nx } from './lib/nx.mjs';
import { provisionPython } from './lib/provision.mjs';
import { run } from './lib/run.mjs';
import { setup } from './lib/setup.mjs';
import { root } from './lib/workspace.mjs';

await main(async () => {
  // The engines of the e2e matrix and the benchmarks are hundreds of megabytes that no demo needs.
  await setup(['--without', 'e2e', '--without', 'bench']);
  const code = await nx(['run-many', '-t', 'build', '-p', '@nogil/example-census'], {
    output: 'stderr',
  });
  if (code !== 0) return code;
  const python = await provisionPython();
  const program = path.join(root, 'examples', 'census', 'dist', 'main.js');
  const census = await run(process.execPath, [program, ...process.argv.slice(2)], {
    env: { ...process.env, NOGIL_PYTHON: python },
  });
  return census.code;
});
