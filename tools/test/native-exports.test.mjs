// @ts-check
import { expect, test } from 'vitest';
import path from 'node:path';
import { run } from '../lib/run.mjs';
import { target } from '../lib/target.mjs';
import { root } from '../lib/workspace.mjs';

const core = path.join(root, 'native', 'dist', target(), 'nogil.node');
const linux = process.platform === 'linux';

/**
 * @param {string} program
 * @param {string[]} args
 */
async function output(program, args) {
  const { code, stdout, stderr } = await run(program, args, { output: 'capture' });
  if (code !== 0) throw new Error(`${program}: ${stderr}`);
  return stdout.trim().split('\n');
}

test.runIf(linux)(
  'the core exports its C entry points and what Node looks for, nothing else',
  async () => {
    const exported = await output('nm', [
      '--dynamic',
      '--defined-only',
      '--format=just-symbols',
      core,
    ]);
    expect(exported).toContain('ng_abi_version');
    // Anything else could be taken for a symbol of the host's, or of Python's, with the same name.
    const strangers = exported.filter(
      (name) =>
        !/^(ng_[a-z_]+|napi_register_module_v1|node_api_module_get_api_version_v1)$/.test(name),
    );
    expect(strangers).toEqual([]);
  },
);

test.runIf(linux)('the core links no libpython: it opens the chosen one at run time', async () => {
  const lines = await output('readelf', ['--dynamic', '--wide', core]);
  const needed = lines.filter((line) => line.includes('NEEDED'));
  expect(needed.length).toBeGreaterThan(0);
  expect(needed.filter((line) => /python/i.test(line))).toEqual([]);
});
