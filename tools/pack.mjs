// @ts-check
// `node tools/pack.mjs FOLDER`: packs what is published, as it is built, into tarballs in FOLDER, and prints
// `{ "<package>": "<tarball>" }`. The core is packed for this platform only.
import './lib/node-version.mjs';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { main } from './lib/failure.mjs';
import { packNative, packPackages } from './lib/pack.mjs';

await main(async () => {
  const [folder] = process.argv.slice(2);
  if (folder === undefined) throw new Error('usage: node tools/pack.mjs FOLDER');
  const destination = path.resolve(folder);
  mkdirSync(destination, { recursive: true });
  const tarballs = { ...(await packPackages(destination)), ...(await packNative(destination)) };
  console.log(JSON.stringify(tarballs, null, 2));
  return 0;
});
