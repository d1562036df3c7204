// @ts-check
// Makes a checkout ready: Node, a C compiler, the pinned pnpm, the locked dependencies. Runs on bare
// Node, before anything is installed.
//
//   node tools/setup.mjs [--without PROJECT_FOLDER]...
import './lib/node-version.mjs';
import { main } from './lib/failure.mjs';
import { setup } from './lib/setup.mjs';

await main(() => setup(process.argv.slice(2)));
