// @ts-check
// Makes the ESM side of a package that keeps state or classes, which is the CommonJS side under its names. Two compiled
// copies would be two environments on one thread, and errors of one that the other's `instanceof` denies.
//
//   node ../../tools/esm-facade.mjs     in a package's folder, after tsup has built the CommonJS side
//
// For the main entry of `exports` in package.json: what keeps nothing may have two copies.
//
// Node reads the text of a CommonJS module that ESM imports for what it exports, and of those that it re-exports: all of
// it, before it reads it again to run it. So the names stand here, and between is a module in which Node finds none.
import { copyFileSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { Failure, main } from './lib/failure.mjs';

const BETWEEN = 'exports.cjs';

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
  const names = Object.keys(createRequire(path.resolve('package.json'))(cjs.default)).sort();
  const between = path.join(path.dirname(esm.default), BETWEEN);
  writeFileSync(
    between,
    `'use strict';\nmodule.exports = Object.assign({}, require('./${path.basename(cjs.default)}'));\n`,
  );
  writeFileSync(
    esm.default,
    `import all from './${BETWEEN}';\nexport const {\n${names.map((name) => `  ${name},\n`).join('')}} = all;\n`,
  );
  copyFileSync(cjs.types, esm.types);
  // Other entries are doors to the main one; they have types of their own.
  for (const entry of Object.values(manifest.exports)) {
    if (typeof entry !== 'object' || entry.require.types === cjs.types) continue;
    if (existsSync(entry.require.types)) copyFileSync(entry.require.types, entry.import.types);
  }
});
