import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { expect, it } from 'vitest';

const program = join(import.meta.dirname, '../main.mjs');
const readme = readFileSync(join(import.meta.dirname, '../../../README.md'), 'utf8');

/** The first block of the README that is fenced with `language`, after the heading of the example. */
function block(language: string): string {
  const example = readme.slice(readme.indexOf('## Ten lines'));
  const fence = '```';
  const start = example.indexOf(`${fence}${language}\n`) + language.length + fence.length + 1;
  return example.slice(start, example.indexOf(fence, start));
}

it('the program in the README is the program of this example', () => {
  expect(block('js')).toBe(readFileSync(program, 'utf8'));
});

it('its output is what the README says', () => {
  // A test runner that asks for colours asks its children too.
  const env = { ...process.env, FORCE_COLOR: '0' };
  const output = execFileSync(process.execPath, [program], { encoding: 'utf8', env });
  expect(block('text')).toBe(output);
});
