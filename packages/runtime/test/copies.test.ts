import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, expect, it } from 'vitest';

const packageRoot = join(import.meta.dirname, '..');
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'nogil-copies-'));
  cpSync(join(packageRoot, 'dist'), join(folder, 'dist'), { recursive: true });
  cpSync(join(packageRoot, 'package.json'), join(folder, 'package.json'));
  symlinkSync(join(packageRoot, 'node_modules'), join(folder, 'node_modules'), 'junction');
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** What a program says that has `first`, this package, and `second`, a copy of it. */
function says(program: string): string {
  const files = [join(packageRoot, 'dist/index.cjs'), join(folder, 'dist/index.cjs')];
  const [first, second] = files.map((file) => `require(${JSON.stringify(file)})`);
  return execFileSync(
    process.execPath,
    ['-e', `const first = ${first}, second = ${second}; ${program}`],
    { encoding: 'utf8' },
  ).trim();
}

it('a copy of the same release shares Python and its objects', () => {
  const said = says(`
    first.python.run('values = [1, 2, 3]');
    const list = first.python.eval('values');
    console.log(second.python.eval('len(values)'), second.python.builtins.sum(list));`);
  expect(said).toBe('3 6');
});

it('a copy of another release is an error that names both', () => {
  const file = join(folder, 'dist/index.cjs');
  const text = readFileSync(file, 'utf8');
  const changed = text.replace(/(var SHAPE = )\d+/, '$1999');
  expect(changed).not.toBe(text);
  writeFileSync(file, changed);
  const said = says(`
    first.python.eval('1');
    try { second.python.eval('1'); } catch (error) { console.log(error.code, error.message); }`);
  expect(said).toMatch(/^CORE_UNUSABLE two versions of nogil use Python in this thread/);
  expect(said).toContain(join(packageRoot, 'dist'));
  expect(said).toContain(file);
});
