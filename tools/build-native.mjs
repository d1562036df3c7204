// @ts-check
// Builds the native core.
//
//   node tools/build-native.mjs [--variant release|stress|asan|tsan|clang|unsafe-<guard>|portable-<target>]
//   node tools/build-native.mjs --identify    what a build depends on besides its files, for nx
//
// `release` ends in native/dist/<target>/nogil.node; every other variant stays in
// native/build/<variant>/nogil.node, so that none can be shipped or loaded by accident. `portable-<target>` is what
// tools/pack.mjs publishes: compiled by the pinned Zig, for an old C library, for any Linux from any machine.
// Environment: CC, CFLAGS, CMAKE (the cmake to use).
import './lib/node-version.mjs';
import { parseArgs } from 'node:util';
import { findCompiler, tryCompiler } from './lib/compiler.mjs';
import { Failure, main } from './lib/failure.mjs';
import { buildNative } from './lib/native-build.mjs';
import { target } from './lib/target.mjs';

await main(async () => {
  const { values } = parseArgs({
    options: { variant: { type: 'string', default: 'release' }, identify: { type: 'boolean' } },
  });
  if (values.identify) {
    console.log(await identity());
    return;
  }
  console.log(await buildNative({ variant: values.variant }));
});

/** What decides about a build besides its files. Never fails: nx asks before it runs anything at all. */
async function identity() {
  const clang = await tryCompiler('clang', []);
  const words = [
    target(),
    process.env.CFLAGS ?? '',
    'version' in clang ? clang.version : 'no clang',
  ];
  try {
    const { command, args, version } = await findCompiler();
    return [...words, command, ...args, version].join(' | ');
  } catch (error) {
    if (error instanceof Failure) return [...words, 'no compiler'].join(' | ');
    throw error;
  }
}
