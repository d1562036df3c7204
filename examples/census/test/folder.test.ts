import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { collectFiles } from '../src/folder.js';
import { makeFolder, type TemporaryFolder } from './temporary-folder.js';

let folder: TemporaryFolder;

beforeEach(() => {
  folder = makeFolder();
});
afterEach(() => {
  folder.remove();
});

function names(): string[] {
  return collectFiles(folder.path).files.map(({ name }) => name);
}

describe('collectFiles', () => {
  it('finds Python files at any depth, sorted by name, with their size', () => {
    folder.write('b/c/d.py', 'x = 1\n');
    folder.write('a.py', '');
    folder.write('notes.txt', 'no');
    expect(collectFiles(folder.path).files).toEqual([
      { path: join(folder.path, 'a.py'), name: 'a.py', size: 0 },
      { path: join(folder.path, 'b/c/d.py'), name: 'b/c/d.py', size: 6 },
    ]);
  });

  it('skips hidden folders, installed packages and caches', () => {
    for (const skipped of ['.venv', 'site-packages', 'node_modules', '__pycache__']) {
      folder.write(`${skipped}/x.py`, '');
    }
    folder.write('kept.py', '');
    expect(names()).toEqual(['kept.py']);
  });

  it('does not skip the folder it was given', () => {
    folder.write('site-packages/numpy.py', '');
    expect(collectFiles(join(folder.path, 'site-packages')).files).toHaveLength(1);
  });

  it('ends where links go round in circles, and counts each file once', () => {
    folder.write('pkg/real.py', '');
    symlinkSync(folder.path, join(folder.path, 'pkg/up'));
    symlinkSync(join(folder.path, 'pkg'), join(folder.path, 'again'));
    symlinkSync('real.py', join(folder.path, 'pkg/alias.py'));
    expect(names()).toEqual(['pkg/real.py']);
  });

  it('follows a link out of the folder', () => {
    const other = makeFolder();
    try {
      other.write('far.py', '');
      symlinkSync(other.path, join(folder.path, 'link'));
      expect(names()).toEqual(['link/far.py']);
    } finally {
      other.remove();
    }
  });

  it('keeps broken links to Python files, for Python to give the reason', () => {
    symlinkSync('nowhere', join(folder.path, 'broken.py'));
    symlinkSync('circle.py', join(folder.path, 'circle.py'));
    symlinkSync('nowhere', join(folder.path, 'broken.txt'));
    expect(names()).toEqual(['broken.py', 'circle.py']);
  });

  it('refuses a folder that does not exist', () => {
    expect(() => collectFiles(join(folder.path, 'missing'))).toThrow(/missing does not exist/);
  });

  it('refuses a file and names the folder around it', () => {
    const file = folder.write('one.py', '');
    expect(() => collectFiles(file)).toThrow(`--path the folder around it: ${folder.path}`);
  });

  it('refuses a folder without Python files', () => {
    folder.write('readme.md', '');
    expect(() => collectFiles(folder.path)).toThrow(/There is no \.py file in/);
  });
});
