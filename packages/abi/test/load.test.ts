import { execFileSync } from 'node:child_process';
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
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
const built = join(packageRoot, `../../native/dist/${platformTarget()}/nogil.node`);

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

  it('is loaded again where JavaScript was terminated while it loaded', () => {
    // As Node leaves it: the module in the cache, by its path behind links, and in it what the core had added by then.
    const folder = mkdtempSync(join(tmpdir(), 'nogil-link-'));
    const link = join(folder, 'nogil.node');
    symlinkSync(built, link);
    const program = `
      const built = ${JSON.stringify(realpathSync(built))};
      const complete = require(built);
      const part = new module.constructor(built);
      part.exports = { describe: complete.describe };
      require.cache[built] = part;
      const { loadCore } = require(${JSON.stringify(join(packageRoot, 'dist/index.cjs'))});
      const core = loadCore();
      console.log(core.abiVersion, core.describe().status, loadCore() === core);`;
    const output = execFileSync(process.execPath, ['-e', program], {
      encoding: 'utf8',
      env: { ...process.env, NOGIL_CORE: link },
    });
    rmSync(folder, { recursive: true });
    expect(output).toBe(`${NG_ABI_VERSION} ${NG_STATUS_NOT_STARTED} true\n`);
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
    const whole = readFileSync(built);
    const path = join(folder, 'half.node');
    writeFileSync(path, whole.subarray(0, 3000));
    expect(failure(path).code).toBe('CORE_UNUSABLE');
  });
});

describe('two copies in one process', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'nogil-copies-'));
    for (const name of ['first', 'second']) {
      mkdirSync(join(folder, name));
      copyFileSync(built, join(folder, name, 'nogil.node'));
    }
  });
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  /** What `second` has to say once `first` has its core; both are loaded by name, as by two installations. */
  function second(copy: string, place: 'thread' | 'worker'): string {
    const inSecond = `
      process.env.NOGIL_CORE = ${JSON.stringify(join(folder, 'second/nogil.node'))};
      const { coreFile } = require(${JSON.stringify(copy)});
      try { console.log(coreFile()); } catch (error) { console.log(error.code, error.message); }`;
    const program = `
      process.env.NOGIL_CORE = ${JSON.stringify(join(folder, 'first/nogil.node'))};
      require(${JSON.stringify(join(packageRoot, 'dist/index.cjs'))}).loadCore();
      ${
        place === 'thread'
          ? inSecond
          : `new (require('node:worker_threads').Worker)(${JSON.stringify(inSecond)}, { eval: true });`
      }`;
    return execFileSync(process.execPath, ['-e', program], { encoding: 'utf8' }).trim();
  }

  /** A copy of this package that is of another release. */
  function otherRelease(): string {
    const copy = join(folder, 'index.cjs');
    const text = readFileSync(join(packageRoot, 'dist/index.cjs'), 'utf8');
    const changed = text.replace(/(var NG_ABI_VERSION = )\d+/, '$1999');
    expect(changed).not.toBe(text);
    writeFileSync(copy, changed);
    symlinkSync(join(packageRoot, 'node_modules'), join(folder, 'node_modules'), 'junction');
    return copy;
  }

  it.runIf(process.platform !== 'win32')('share the core that was loaded first', () => {
    const same = join(packageRoot, 'dist/index.cjs');
    expect(second(same, 'worker')).toBe(join(realpathSync(folder), 'first/nogil.node'));
  });

  it.runIf(process.platform !== 'win32')('are an error that names both when they differ', () => {
    const other = otherRelease();
    for (const place of ['thread', 'worker'] as const) {
      const said = second(other, place);
      expect(said).toMatch(/^CORE_UNUSABLE two versions of nogil/);
      expect(said).toContain(join('first', 'nogil.node'));
      expect(said).toContain(join('second', 'nogil.node'));
    }
  });
});

describe('a core from a package', () => {
  it('is refused when it is of another version', () => {
    const folder = mkdtempSync(join(tmpdir(), 'nogil-version-'));
    try {
      copyFileSync(built, join(folder, 'nogil.node'));
      writeFileSync(join(folder, 'package.json'), '{ "version": "0.0.7" }');
      const program = `
        try { require(${JSON.stringify(join(packageRoot, 'dist/index.cjs'))}).loadCore(); }
        catch (error) { console.log(error.code, error.message); }`;
      const said = execFileSync(process.execPath, ['-e', program], {
        env: { ...process.env, NOGIL_CORE: join(folder, 'nogil.node') },
        encoding: 'utf8',
      });
      expect(said).toContain('CORE_UNUSABLE');
      expect(said).toContain('0.0.7');
      expect(said).toContain('in the same version');
    } finally {
      rmSync(folder, { recursive: true });
    }
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
