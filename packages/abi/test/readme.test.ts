import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { expect, it } from 'vitest';

import { freeThreadedPython } from './pythons.js';

const root = join(import.meta.dirname, '..');

it('the example of the README prints what its comments say', () => {
  const readme = readFileSync(join(root, 'README.md'), 'utf8');
  const example = /```js\n(.*?)```/s.exec(readme)?.[1] ?? '';
  const expected = [...example.matchAll(/^console\.log\(.*\); \/\/ (.*)$/gm)].map(
    ([, comment]) => comment,
  );
  expect(expected.length).toBeGreaterThan(5);
  // Inside of the package, so that it finds it by its name.
  const folder = join(root, 'reports');
  mkdirSync(folder, { recursive: true });
  const file = join(folder, 'readme-example.mjs');
  writeFileSync(file, example);
  const { executable } = freeThreadedPython();
  const output = execFileSync(process.execPath, [file], {
    encoding: 'utf8',
    env: { ...process.env, NOGIL_PYTHON: executable },
  });
  expect(output.trim().split('\n')).toEqual(expected);
});
