// @ts-check
import { findCompiler } from '../compiler.mjs';
import { target } from '../target.mjs';

/** What decides how many instructions the core takes, besides its sources: platform and compiler. */
export async function compilerKey() {
  const { version } = await findCompiler();
  const kind = /clang/i.test(version) ? 'clang' : 'gcc';
  return `${target()}, ${kind} ${/\d+/.exec(version.replace(/^.*?\)/, ''))?.[0] ?? version}`;
}
