import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

import { afterAll, describe, expect, it } from 'vitest';

const entry = pathToFileURL(path.join(import.meta.dirname, '../dist/index.js')).href;
const folder = fs.mkdtempSync(path.join(tmpdir(), 'nogil-code-'));
afterAll(() => {
  fs.rmSync(folder, { recursive: true, force: true });
});
let homes = 0;

function newHome(): string {
  return path.join(folder, `home-${homes++}`);
}

/** A process that starts Python, passes an object of JavaScript's to it, and says what came of it. */
function start(home: string, variables: Readonly<Record<string, string>> = {}): void {
  const program = `
    import { python } from ${JSON.stringify(entry)};
    const get = python.eval('lambda target: target.size');
    class Target { size = 42; }
    console.log(get(new Target()));
  `;
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    ['--input-type=module', '-e', program],
    { encoding: 'utf8', env: { ...process.env, NOGIL_HOME: home, ...variables }, timeout: 60_000 },
  );
  expect({ stdout, stderr, status }).toEqual({ stdout: '42\n', stderr: '', status: 0 });
}

/** What is kept, by purpose: the file, and which one it is. A file that was not good is replaced by another. */
function kept(home: string): { file: string; number: number }[] {
  const place = path.join(home, 'code');
  return fs
    .readdirSync(place)
    .sort()
    .map((name) => ({
      file: path.join(place, name),
      number: fs.statSync(path.join(place, name)).ino,
    }));
}

describe("the core's compiled Python code", () => {
  const home = newHome();

  it('is kept by the first process, for its user alone', () => {
    start(home);
    const names = kept(home).map(({ file }) => path.basename(file));
    expect(names).toEqual([
      expect.stringMatching(/^objects-cpython-/),
      expect.stringMatching(/^start-cpython-/),
    ]);
    if (process.platform === 'win32') return;
    for (const { file } of kept(home)) expect(fs.statSync(file).mode & 0o777).toBe(0o600);
  });

  it('is used by the next', () => {
    const before = kept(home);
    start(home);
    expect(kept(home)).toEqual(before);
  });

  const damages: [string, (file: string) => void][] = [
    [
      'is cut short',
      (file) => {
        fs.truncateSync(file, fs.statSync(file).size - 1);
      },
    ],
    [
      'is empty',
      (file) => {
        fs.truncateSync(file, 0);
      },
    ],
    [
      'has a byte that is another',
      (file) => {
        const content = fs.readFileSync(file);
        const middle = content.length >> 1;
        content[middle] = (content[middle] ?? 0) ^ 1;
        fs.writeFileSync(file, content);
      },
    ],
    [
      'says it is of other sources',
      (file) => {
        const content = fs.readFileSync(file);
        content[content.indexOf('\n') + 1] = (content[content.indexOf('\n') + 1] ?? 0) ^ 1;
        fs.writeFileSync(file, content);
      },
    ],
  ];
  if (process.platform !== 'win32') {
    damages.push([
      'can be written by others',
      (file) => {
        fs.chmodSync(file, 0o666);
      },
    ]);
  }

  it.each(damages)('is compiled again when the file %s', (_name, damage) => {
    const before = kept(home);
    for (const { file } of before) damage(file);
    // So that no new file gets the number of one that was removed.
    const held = before.map(({ file }) => fs.openSync(file, 'r'));
    start(home);
    const after = kept(home);
    expect(after.map(({ file }) => file)).toEqual(before.map(({ file }) => file));
    for (const [i, { number }] of after.entries()) expect(number).not.toBe(before[i]?.number);
    start(home);
    expect(kept(home)).toEqual(after);
    held.forEach((descriptor) => {
      fs.closeSync(descriptor);
    });
  });

  it('is compiled each time where the place cannot be named in this locale', () => {
    const umlaut = path.join(folder, 'größe 日本');
    start(umlaut, { PYTHONUTF8: '0', LC_ALL: 'C' });
  });

  it('is compiled each time where it cannot be kept', () => {
    const file = newHome();
    fs.writeFileSync(file, 'no folder');
    start(file);
    expect(fs.readFileSync(file, 'utf8')).toBe('no folder');
  });
});
