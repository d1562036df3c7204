import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { join } from 'node:path';

import { expect, it } from 'vitest';

const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc');

function compile(project: string): string {
  const config = join(import.meta.dirname, 'types', `tsconfig${project}.json`);
  try {
    return execFileSync(process.execPath, [tsc, '-p', config], { encoding: 'utf8' });
  } catch (error) {
    return (error as { stdout: string }).stdout;
  }
}

it('the types are those of bun-types, and a program for Bun has the same errors with either', () => {
  expect(compile('')).toBe('');
  expect(compile('.compat')).toBe('');
}, 240_000); // two runs of the compiler, on a machine that may have more to do
