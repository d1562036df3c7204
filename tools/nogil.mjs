// @ts-check
// The command line of the checkout: `npm run nogil -- doctor` is what `npx nogil doctor` is for users.
import './lib/node-version.mjs';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { Failure, main } from './lib/failure.mjs';
import { root } from './lib/workspace.mjs';

const cli = path.join(root, 'packages', 'runtime', 'dist', 'cli.cjs');

if (existsSync(cli)) {
  // In this process: the command owns the terminal, the exit code and the signals.
  process.argv[1] = cli;
  await import(pathToFileURL(cli).href);
} else {
  await main(async () => {
    throw new Failure('The command line is not built.', {
      tried: [path.relative(root, cli)],
      next: ['npm run setup, then npm run build'],
    });
  });
}
