// @ts-check
// Makes the ESM side of a package that keeps state or classes: `export * from './index.cjs'`. Two compiled
// copies would be two environments on one thread, and errors of one that the other's `instanceof` denies.
//
//   node ../../tools/esm-facade.mjs     in a package's folder, after tsup has built the CommonJS side
//
// For the main entry of `exports` in package.json: what keeps nothing may have two copies.
import { copyFileSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Failure, main } from './lib/failure.mjs';

await main(async () => {
  /** @typedef {{ default: string, types: string }} Side */
  /** @typedef {{ import: Side, require: Side }} Sides */
  /** @type {{ exports: { '.': Sides } & Record<string, Sides | string> }} */
  const manifest = JSON.parse(readFileSync('package.json', 'utf8'));
  const { import: esm, require: cjs } = manifest.exports['.'];
  if (!existsSync(cjs.default)) {
    throw new Failure('The CommonJS side is not built.', {
      tried: [path.resolve(cjs.default)],
      next: ['run tsup in this folder first'],
    });
  }
  rmSync(`${esm.default}.map`, { force: true });
  writeFileSync(esm.default, `export * from './${path.basename(cjs.default)}';\n`);
  copyFileSync(cjs.types, esm.types);
  // Other entries are doors to the main one; they have types of their own.
  for (const entry of Object.values(manifest.exports)) {
    if (typeof entry !== 'object' || entry.require.types === cjs.types) continue;
    if (existsSync(entry.require.types)) copyFileSync(entry.require.types, entry.import.types);
  }
});
