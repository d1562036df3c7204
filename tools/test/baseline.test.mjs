// @ts-check
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { baselineProblems } from '../lib/baseline.mjs';
import { readElf } from '../lib/elf.mjs';
import { run } from '../lib/run.mjs';
import { target } from '../lib/target.mjs';
import { root } from '../lib/workspace.mjs';

const core = path.join(root, 'native', 'dist', target(), 'nogil.node');
const here = /** @type {const} */ ({
  cpu: process.arch,
  libc: target().endsWith('musl') ? 'musl' : 'glibc',
});
const linux = process.platform === 'linux';

/** @type {string} */
let folder;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'nogil-baseline-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

/**
 * Compiles a library, which asks for what the arguments make it ask for.
 * @param {string[]} args
 */
async function library(...args) {
  const file = path.join(folder, 'library.so');
  const { code, stderr } = await run(
    'cc',
    ['-shared', '-fPIC', '-x', 'c', '-', '-o', file, ...args],
    { output: 'capture', input: 'int answer(void) { return 42; }\n' },
  );
  if (code !== 0) throw new Error(stderr);
}

test.runIf(linux)('an ELF file is read as readelf reads it', async () => {
  const { stdout } = await run('readelf', ['--dynamic', '--version-info', '--wide', core], {
    output: 'capture',
  });
  const elf = readElf(core);
  expect(elf?.needed).toEqual(
    [...stdout.matchAll(/\(NEEDED\).*\[(.*)\]/g)].map(([, name]) => name),
  );
  const versions = new Set([...stdout.matchAll(/Name: (\S+)/g)].map(([, name]) => name));
  expect(new Set(elf?.versions)).toEqual(versions);
});

test('what is no ELF file is none', () => {
  const file = path.join(folder, 'text.so');
  writeFileSync(file, 'this is not a library, however long its text may be, and it is long enough');
  expect(readElf(file)).toBeUndefined();
});

test.runIf(linux)('a library that needs nothing has no problems', async () => {
  await library('-nostdlib');
  expect(baselineProblems(folder, here)).toEqual([]);
});

test.runIf(linux)('a library that is not everywhere is named', async () => {
  await library('-Wl,--no-as-needed', '-lgcc_s');
  expect(baselineProblems(folder, here)).toContain(
    'library.so needs libgcc_s.so.1, which not every system has',
  );
  expect(baselineProblems(folder, here, { bundled: ['libgcc_s.so.1'] })).toEqual([]);
});

test.runIf(linux)('a folder of the machine that built it is named', async () => {
  await library('-nostdlib', '-Wl,-rpath,/opt/mine:$ORIGIN/../lib');
  expect(baselineProblems(folder, here)).toEqual([
    'library.so looks for libraries in /opt/mine, a folder of the machine that built it',
  ]);
});

test.runIf(linux)('a library for another processor is named', async () => {
  await library('-nostdlib');
  const other = here.cpu === 'x64' ? 'arm64' : 'x64';
  expect(baselineProblems(folder, { ...here, cpu: other })).toEqual([
    `library.so is not for ${other}`,
  ]);
});

test.runIf(linux && here.libc === 'glibc')('a newer glibc is named', () => {
  const file = path.join(folder, 'core.node');
  copyFileSync(core, file);
  const bytes = readFileSync(file);
  const at = bytes.indexOf('\0GLIBC_2.17\0');
  expect(at).toBeGreaterThan(0);
  bytes.write('GLIBC_2.77', at + 1, 'latin1');
  writeFileSync(file, bytes);
  expect(baselineProblems(folder, here)).toContain(
    'core.node needs GLIBC_2.77, newer than glibc 2.28',
  );
});
