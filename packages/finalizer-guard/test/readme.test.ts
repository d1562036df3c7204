import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { expect, it } from 'vitest';

import { testPython } from './python.js';

const root = join(import.meta.dirname, '..');
const programs = [
  ...readFileSync(join(root, 'README.md'), 'utf8').matchAll(/```js\n([^]*?)```/g),
].map(([, program]) => program as string);

/** Runs an example, which imports this package by name, as a program that has installed it would. */
async function run(program: string): Promise<{ lines: string[]; said: string[] }> {
  const { executable } = await testPython();
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    ['--input-type=module', '-e', program],
    {
      cwd: root,
      encoding: 'utf8',
      env: { ...process.env, NOGIL_PYTHON: executable },
      timeout: 30_000,
    },
  );
  expect({ stderr, status }).toEqual({ stderr: '', status: 0 });
  const said = [...program.matchAll(/\/\/ prints: (.*)$/gm)].map(([, text]) => text as string);
  return { lines: stdout.trim().split('\n'), said };
}

it.each(programs.map((program, i) => [i + 1, program] as const))(
  'example %i of the README prints what it says',
  async (_number, program) => {
    const { lines, said } = await run(program);
    expect(lines).toEqual(said);
  },
);

it('there are examples', () => {
  expect(programs.length).toBeGreaterThanOrEqual(3);
});
