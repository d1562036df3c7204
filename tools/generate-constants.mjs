// @ts-check
// Writes packages/abi/src/generated/constants.ts from native/include/nogil.h.
//
//   node tools/generate-constants.mjs           writes it
//   node tools/generate-constants.mjs --check   fails when it is stale
//
// Plain top-level constants, with exactly the C names: V8 and esbuild fold them into the code that uses
// them, which they do not do with properties of an object. The hot path reads them on every call.
import './lib/node-version.mjs';
import { parseArgs } from 'node:util';
import { checkConstants, writeConstants } from './lib/constants.mjs';
import { main } from './lib/failure.mjs';

await main(() => {
  const { values } = parseArgs({ options: { check: { type: 'boolean' } } });
  return values.check ? checkConstants() : writeConstants();
});
