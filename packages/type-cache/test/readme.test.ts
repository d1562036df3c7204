import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { expect, it } from 'vitest';

import { choosePython } from './python.js';

const folder = join(import.meta.dirname, '..');

it("runs the README's example, with this package only", () => {
  const readme = readFileSync(join(folder, 'README.md'), 'utf8');
  const example = /```js\n(.*?)```/s.exec(readme)?.[1] ?? '';
  const expected = [...example.matchAll(/console\.log\(.*\); \/\/ (\w+)/g)].map(([, said]) => said);
  const printed = execFileSync(process.execPath, ['--input-type=module', '-e', example], {
    cwd: folder,
    env: { ...process.env, NOGIL_PYTHON: choosePython().executable },
    encoding: 'utf8',
  });
  expect(printed.trim().split('\n')).toEqual(expected);
  expect(expected).toHaveLength(4);
});
