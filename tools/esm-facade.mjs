// @ts-check
// Makes the ESM side of a package that keeps state or classes: `export * from './index.cjs'`. Two compiled
// copies would be two environments on one thread, and errors of one that the other's `instanceof` denies.
//
//   node ../../tools/esm-facade.mjs     in a package's folder, after tsup has built the CommonJS side
//
// For each entry of `exports` in package.json that has both an `import` and a `require` side.
import { copyFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Failure, main } from './lib/failure.mjs';

await main(async () => {
  /** @type {{ exports: Record<string, any> }} */
  const manifest = JSON.parse(readFileSync('package.json', 'utf8'));
  for (const entry of Object.values(manifest.exports)) {
    const [esm, cjs] = [entry.import?.default, entry.require?.default];
    if (esm === undefined || cjs === undefined) continue;
    if (!existsSync(cjs)) {
      throw new Failure('The CommonJS side is not built.', {
        tried: [path.resolve(cjs)],
        next: ['run tsup in this folder first'],
      });
    }
    writeFileSync(esm, `export * from './${path.basename(cjs)}';\n`);
    copyFileSync(entry.require.types, entry.import.types);
  }
});
