// @ts-check
// Fails when a package or a C file reaches against the dependency direction (tools/layers.json,
// native/layers.json), into the inside of another package, or for something its package.json does
// not declare; and when docs/native-state.md does not list what the core keeps.
//
//   node tools/check-boundaries.mjs [CHECKOUT]
import './lib/node-version.mjs';
import path from 'node:path';
import { main } from './lib/failure.mjs';
import { checkNativeLayers } from './lib/native-layers.mjs';
import { checkNativeState } from './lib/native-state.mjs';
import { checkPackageLayers } from './lib/package-layers.mjs';
import { root } from './lib/workspace.mjs';

await main(async () => {
  const workspace = path.resolve(process.argv[2] ?? root);
  const packages = checkPackageLayers(workspace);
  const native = checkNativeLayers(workspace);
  const state = checkNativeState(workspace);
  const problems = [...packages.problems, ...native.problems, ...state];
  for (const problem of problems) console.error(problem);
  console.log(
    `boundaries: ${packages.files} modules, ${native.files} C files, ${problems.length} violations`,
  );
  return problems.length === 0 ? 0 : 1;
});
