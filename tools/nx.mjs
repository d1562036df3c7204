// @ts-check
// nx with this workspace's settings and the pinned pnpm: `npm run nx -- run-many -t build`.
import './lib/node-version.mjs';
import { main } from './lib/failure.mjs';
import { nx } from './lib/nx.mjs';
import { setup } from './lib/setup.mjs';

await main(async () => {
  await setup([]);
  return nx(process.argv.slice(2));
});
