import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { expect, it } from 'vitest';

import { testPython } from './python.js';

const root = join(import.meta.dirname, '..');
const [, program = ''] =
  /```js\n([^]*?)```/.exec(readFileSync(join(root, 'README.md'), 'utf8')) ?? [];

it('the example of the README prints what it says', async () => {
  const { executable } = await testPython();
  // The package imports itself by name, as a program that has installed it would.
  const output = execFileSync(process.execPath, ['--input-type=module', '-e', program], {
    cwd: root,
    encoding: 'utf8',
    env: { ...process.env, NOGIL_PYTHON: executable, FORCE_COLOR: '0' },
    timeout: 30_000,
  });
  const said = [...program.matchAll(/console\.log\(.*\); \/\/ (.*)$/gm)].map(([, text]) => text);
  expect(said.length).toBeGreaterThan(3);
  expect(output.trimEnd().split('\n')).toEqual(said);
});
