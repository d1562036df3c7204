import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { loadCore, NogilError, platformTarget } from '../src/index.js';
import { NG_ABI_VERSION, NG_STATUS_NOT_STARTED } from '../src/generated/constants.js';

const packageRoot = join(import.meta.dirname, '..');
const esm = join(packageRoot, 'dist/index.js');
const require = createRequire(import.meta.url);

describe('the core that is there', () => {
  it('loads without starting Python', () => {
    const core = loadCore();
    expect(core.abiVersion).toBe(NG_ABI_VERSION);
    expect(core.describe()).toEqual({ status: NG_STATUS_NOT_STARTED });
    expect(core.statistics()).toEqual({
      environments: 0,
      handlesLive: 0,
      handlesPeak: 0,
      handlesLeaked: 0,
      slots: 0,
    });
  });

  it('is one for the ESM and the CommonJS copy of this package', async () => {
    const first = (await import(pathToFileURL(esm).href)) as typeof import('../src/index.js');
    const second = require(join(packageRoot, 'dist/index.cjs')) as typeof import('../src/index.js');
    expect(first.loadCore()).toBe(second.loadCore());
  });

  it('refuses an environment before Python runs', () => {
    expect(loadCore().open().status).toBe(NG_STATUS_NOT_STARTED);
  });
});

describe('the name of the platform', () => {
  it('is what packages are called', () => {
    expect(platformTarget()).toMatch(/^(linux-\w+-(gnu|musl)|(darwin|win32)-\w+)$/);
  });
});

describe('a core that is missing or damaged', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'nogil-abi-'));
  });
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  /** What `loadCore` throws in a process of its own, where `NOGIL_CORE` is `path`. */
  function failure(path: string): { code: string; message: string } {
    const program = `
      import { loadCore } from ${JSON.stringify(pathToFileURL(esm).href)};
      try { loadCore(); console.log('null'); }
      catch (error) { console.log(JSON.stringify({ code: error.code, message: error.message })); }`;
    const output = execFileSync(process.execPath, ['--input-type=module', '-e', program], {
      env: { ...process.env, NOGIL_CORE: path },
      encoding: 'utf8',
    });
    return JSON.parse(output) as { code: string; message: string };
  }

  it('names the file that NOGIL_CORE points at when it is not there', () => {
    const path = join(folder, 'nothing.node');
    const { code, message } = failure(path);
    expect(code).toBe('CORE_NOT_FOUND');
    expect(message).toContain(path);
  });

  it('says that a file which is no library cannot be loaded', () => {
    const path = join(folder, 'text.node');
    writeFileSync(path, 'this is not a library');
    const { code, message } = failure(path);
    expect(code).toBe('CORE_UNUSABLE');
    expect(message).toContain(path);
    expect(message).toContain('install it again');
  });

  it('says that half a library cannot be loaded', () => {
    const whole = readFileSync(
      join(packageRoot, `../../native/dist/${platformTarget()}/nogil.node`),
    );
    const path = join(folder, 'half.node');
    writeFileSync(path, whole.subarray(0, 3000));
    expect(failure(path).code).toBe('CORE_UNUSABLE');
  });
});

describe('NogilError', () => {
  it('carries a code for programs and the cause', () => {
    const cause = new Error('underneath');
    const error = new NogilError('INTERNAL', 'what happened', { cause });
    expect(error).toMatchObject({ name: 'NogilError', code: 'INTERNAL', cause });
    expect(String(error)).toBe('NogilError: what happened');
  });
});
