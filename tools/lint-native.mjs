// @ts-check
// Checks the C sources: layout (clang-format), every source listed in sources.cmake, the generated
// constants, and a build with clang beside the one with this machine's compiler.
//
//   node tools/lint-native.mjs           checks
//   node tools/lint-native.mjs --write   mends the layout and the constants, checks nothing else
import './lib/node-version.mjs';
import { parseArgs } from 'node:util';
import { findCompiler, tryCompiler } from './lib/compiler.mjs';
import { checkConstants, writeConstants } from './lib/constants.mjs';
import { main, report } from './lib/failure.mjs';
import { buildNative } from './lib/native-build.mjs';
import { checkLayout, checkListed, writeLayout } from './lib/native-sources.mjs';

await main(async () => {
  const { values } = parseArgs({ options: { write: { type: 'boolean' } } });
  if (values.write) {
    await writeLayout();
    await writeConstants();
    return;
  }
  let failed = 0;
  // Each check runs whatever the ones before it said: one run shows everything there is to mend.
  for (const check of [checkLayout, checkListed, checkConstants, compileWithClang]) {
    try {
      await check();
    } catch (error) {
      report(error);
      failed += 1;
    }
  }
  return failed === 0 ? 0 : 1;
});

async function compileWithClang() {
  if (process.platform === 'win32') {
    console.log('clang: not checked, the build uses MSVC');
    return;
  }
  const clang = await tryCompiler('clang', []);
  if (!('version' in clang)) {
    console.log(`clang: not checked (${clang.why})`);
    return;
  }
  const own = await findCompiler();
  if (own.version.includes('clang')) {
    console.log(`clang: the build itself uses it (${own.version})`);
    return;
  }
  await buildNative({ variant: 'clang' });
  console.log(`clang: builds without a warning (${clang.version})`);
}
