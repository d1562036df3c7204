import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { expect, it } from 'vitest';

import { testPython } from './python.js';

const root = join(import.meta.dirname, '..');
const programs = [
  ...readFileSync(join(root, 'README.md'), 'utf8').matchAll(/```js\n([^]*?)```/g),
].map(([, program]) => program as string);

async function run(program: string): Promise<string> {
  const { executable } = await testPython();
  // The package imports itself by name, as a program that has installed it would.
  return execFileSync(process.execPath, ['--input-type=module', '-e', program], {
    cwd: root,
    encoding: 'utf8',
    env: { ...process.env, NOGIL_PYTHON: executable },
    timeout: 30_000,
  });
}

it('the example of the README prints what it says', async () => {
  const [program] = programs as [string];
  const said = [...program.matchAll(/\/\/ (.*)$/gm)].map(([, comment]) => comment as string);
  const lines = (await run(program)).trim().split('\n');
  expect(lines).toHaveLength(4);
  for (const line of lines) expect(said).toContain(line);
});

it('the example of a leak report names the type and the place', async () => {
  expect(await run(programs[1] as string)).toMatch(
    /^\d+: dict, \d+ ms old, made\n +at createHandle/,
  );
});
