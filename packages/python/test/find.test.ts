import fs from 'node:fs';
import path from 'node:path';
import { NogilError } from '@nogil/abi';
import { describe, expect, test } from 'vitest';
import { explain, findPython, listPythons, type FindOptions } from '../src/index.js';
import { manifestName } from '../src/installed-manifest.js';
import { elfHeader, fakePython, script, type FakeFacts } from './fake-python.js';
import { temporaryFolder, writeFile } from './temporary-folder.js';

const root = temporaryFolder();
let machines = 0;

/** A machine of its own: empty home, empty cache, no Python on PATH but the shell's tools. */
function machine(): { folder: string; options: FindOptions & { env: Record<string, string> } } {
  machines += 1;
  const folder = path.join(root, `machine${machines}`);
  fs.mkdirSync(path.join(folder, 'work'), { recursive: true });
  const tools = path.join(folder, 'tools');
  fs.mkdirSync(tools);
  for (const name of ['sh', 'cat', 'echo']) {
    fs.symlinkSync(`/bin/${name}`, path.join(tools, name));
  }
  const env = { HOME: folder, NOGIL_HOME: path.join(folder, 'cache'), PATH: tools };
  return { folder, options: { cwd: path.join(folder, 'work'), env } };
}

function codeAndMessage(action: () => unknown): { code: string; message: string } {
  try {
    action();
  } catch (error) {
    if (error instanceof NogilError) {
      return { code: error.code, message: error.message };
    }
    throw error;
  }
  throw new Error('nothing was thrown');
}

function installed(folder: string, variant: string, facts: FakeFacts, complete = true): string {
  const prefix = path.join(folder, 'cache', 'pythons', `cpython-${variant}`);
  const file = fakePython(prefix, facts);
  if (complete) {
    const manifest = {
      schema: 1,
      variant,
      version: '3.14.5',
      from: 'source',
      executable: 'bin/python3',
      installed: '2026-01-01T00:00:00Z',
      notes: [],
    };
    writeFile(path.join(prefix, manifestName), JSON.stringify(manifest));
  }
  return file;
}

describe('the order of places', () => {
  test('each place is used when those before it are empty, and the rest is not asked', () => {
    const { folder, options } = machine();
    const { env } = options;
    const places = {
      conda: fakePython(path.join(folder, 'miniforge3', 'envs', 'data')),
      uv: fakePython(path.join(folder, '.local/share/uv/python/cpython-3.14.5+freethreaded-x')),
      pyenv: fakePython(path.join(folder, '.pyenv', 'versions', '3.14.5t')),
      PATH: fakePython(path.join(folder, 'onpath')),
      installed: installed(folder, '3.14t', {}),
      '.venv': fakePython(path.join(folder, '.venv')),
      VIRTUAL_ENV: fakePython(path.join(folder, 'env')),
      NOGIL_PYTHON: fakePython(path.join(folder, 'chosen')),
    };
    const tools = env.PATH ?? '';
    const full = {
      ...env,
      NOGIL_PYTHON: places.NOGIL_PYTHON,
      VIRTUAL_ENV: path.join(folder, 'env'),
      PATH: `${path.dirname(places.PATH)}:${tools}`,
    };
    const found = (): [string, string] => {
      const python = findPython({ ...options, env: full });
      return [python.source, python.executable];
    };
    expect(found()).toEqual(['NOGIL_PYTHON', places.NOGIL_PYTHON]);
    full.NOGIL_PYTHON = '';
    expect(found()).toEqual(['VIRTUAL_ENV', places.VIRTUAL_ENV]);
    full.VIRTUAL_ENV = '';
    expect(found()).toEqual(['.venv', places['.venv']]);
    fs.rmSync(path.join(folder, '.venv'), { recursive: true });
    expect(found()).toEqual(['installed', places.installed]);
    fs.rmSync(path.join(folder, 'cache'), { recursive: true });
    expect(found()).toEqual(['PATH', places.PATH]);
    expect(fs.existsSync(path.join(folder, '.pyenv/versions/3.14.5t/asked'))).toBe(false);
    full.PATH = tools;
    expect(found()).toEqual(['pyenv', places.pyenv]);
    fs.rmSync(path.join(folder, '.pyenv'), { recursive: true });
    expect(found()).toEqual(['uv', places.uv]);
    fs.rmSync(path.join(folder, '.local'), { recursive: true });
    expect(found()).toEqual(['conda', places.conda]);
  });

  test('the explicit option goes before everything, relative to cwd', () => {
    const { folder, options } = machine();
    const file = fakePython(path.join(folder, 'work', 'mine'));
    const env = { ...options.env, NOGIL_PYTHON: '/nowhere' };
    expect(findPython({ ...options, env, executable: 'mine/bin/python3' })).toMatchObject({
      executable: file,
      source: 'option',
      freeThreaded: true,
      libpython: path.join(folder, 'work', 'mine', 'lib', 'libpython3.14t.so.1.0'),
    });
  });

  test('the embedded package is resolved from the working directory', () => {
    const { options } = machine();
    const listed = (): string => codeAndMessage(() => findPython(options)).message;
    const name = /the package (@nogil\/cpython-\S+) is not installed/.exec(listed())?.[1] ?? '';
    const home = path.join(options.cwd ?? '', 'node_modules', name);
    writeFile(path.join(home, 'package.json'), JSON.stringify({ name, version: '1.0.0' }));
    const file = fakePython(path.join(home, 'python'));
    expect(findPython(options)).toMatchObject({ source: 'embedded', executable: file });
  });

  test('within one folder: newer first, free-threaded before GIL', () => {
    const { folder, options } = machine();
    const versions = path.join(folder, '.pyenv', 'versions');
    fakePython(path.join(versions, '3.14.5'), { freeThreaded: false });
    fakePython(path.join(versions, '3.12.1'), { version: [3, 12, 1], freeThreaded: false });
    const best = fakePython(path.join(versions, '3.14.5t'));
    expect(findPython(options).executable).toBe(best);
    expect(findPython({ ...options, version: '3.14' }).freeThreaded).toBe(false);
    expect(findPython({ ...options, version: '3.12' }).version.text).toBe('3.12.1');
  });

  test('a folder without a manifest is never found, and neither is a staging folder', () => {
    const { folder, options } = machine();
    installed(folder, '3.14t', {}, false);
    const staging = path.join(folder, 'cache', 'pythons', '.staging-3.14t');
    fakePython(staging);
    writeFile(path.join(staging, manifestName), '{"schema":1}');
    expect(codeAndMessage(() => findPython(options)).code).toBe('PYTHON_NOT_FOUND');
    writeFile(path.join(folder, 'cache/pythons/cpython-3.14t', manifestName), '{"schema":1,');
    expect(codeAndMessage(() => findPython(options)).code).toBe('PYTHON_NOT_FOUND');
  });

  test('debug and sanitizer builds are used only when asked for', () => {
    const { folder, options } = machine();
    installed(folder, '3.14td', { debug: true });
    installed(folder, '3.14t-tsan', { sanitizer: 'thread' });
    expect(codeAndMessage(() => findPython(options)).message).toContain(
      'is a debug build, used only',
    );
    expect(findPython({ ...options, version: '3.14td' }).debug).toBe(true);
    expect(findPython({ ...options, version: '3.14t-tsan' }).sanitizer).toBe('thread');
    const plain = installed(folder, '3.14t', {});
    expect(findPython(options).executable).toBe(plain);
  });
});

describe('a Python that was named', () => {
  const cases: [string, FakeFacts, RegExp][] = [
    ['PyPy', { implementation: 'pypy', version: [3, 11, 13] }, /is PyPy 3\.11\.13.*CPython only/],
    ['Python 2.7', { version: [2, 7, 18] }, /is CPython 2\.7\.18, older than 3\.10/],
    ['Python 3.6', { version: [3, 6, 15], freeThreaded: false }, /is CPython 3\.6\.15, older/],
    [
      '3.13t',
      { version: [3, 13, 2] },
      /is CPython 3\.13\.2t, which does not export Py_REFCNT.*3\.14t/,
    ],
    ['a 32-bit build', { pointerBits: 32 }, /is a 32-bit build/],
    ['no shared library', { libraryArch: null }, /has no shared library.*--enable-shared/],
    ['a library for another processor', { libraryArch: 's390x' }, /has a library for s390x/],
    ['a damaged library', { libraryArch: 'x' }, /library for unknown-0/],
    [
      'a GIL library under a t build',
      { libraryName: 'libpython3.14.so.1.0' },
      /contradicts itself/,
    ],
    ['flags that deny the build', { abiflags: '' }, /contradicts itself/],
    ['the library of another version', { libraryName: 'libpython3.12t.so' }, /of another version/],
  ];

  test.each(cases)('%s is refused, with a remedy', (_, facts, message) => {
    const { folder, options } = machine();
    fakePython(path.join(folder, 'onpath'));
    const env = {
      ...options.env,
      NOGIL_PYTHON: fakePython(path.join(folder, 'named'), facts),
      PATH: `${path.join(folder, 'onpath', 'bin')}:${options.env.PATH ?? ''}`,
    };
    const error = codeAndMessage(() => findPython({ ...options, env }));
    expect(error.code).toBe('PYTHON_REFUSED');
    expect(error.message).toMatch(message);
    expect(error.message).toMatch(/^NOGIL_PYTHON cannot be used: .*named\/bin\/python3 /);
    expect(error.message).toMatch(/npx nogil python install|3\.14t/);
  });

  test('a version that was not asked for', () => {
    const { folder, options } = machine();
    const executable = fakePython(path.join(folder, 'gil'), { freeThreaded: false });
    const error = codeAndMessage(() => findPython({ ...options, executable, version: '3.14t' }));
    expect(error.code).toBe('PYTHON_REFUSED');
    expect(error.message).toContain('is 3.14.5, and 3.14t was asked for');
  });

  test('a folder, a virtual environment without its program, a broken .venv', () => {
    const { folder, options } = machine();
    const file = fakePython(path.join(folder, 'prefix'));
    const folderError = codeAndMessage(() =>
      findPython({
        ...options,
        env: { ...options.env, NOGIL_PYTHON: path.dirname(path.dirname(file)) },
      }),
    );
    expect(folderError.message).toContain(
      `is a folder, not a Python program. Give the program inside it: ${file}`,
    );
    const goneError = codeAndMessage(() =>
      findPython({ ...options, env: { ...options.env, VIRTUAL_ENV: path.join(folder, 'gone') } }),
    );
    expect(goneError.message).toMatch(
      /^the active virtual environment .*gone\/bin\/python3 does not exist/,
    );
    fs.mkdirSync(path.join(folder, '.venv'));
    const venvError = codeAndMessage(() => findPython(options));
    expect(venvError).toMatchObject({ code: 'PYTHON_REFUSED' });
    expect(venvError.message).toContain('the nearest .venv cannot be used');
  });

  test('a version that is none', () => {
    const { options } = machine();
    expect(codeAndMessage(() => findPython({ ...options, version: 'newest' })).code).toBe(
      'INVALID_ARGUMENT',
    );
  });
});

describe('when nothing is usable', () => {
  test('every place is named with its reason, and the next step', () => {
    const { folder, options } = machine();
    fakePython(path.join(folder, '.pyenv', 'versions', 'pypy3.11'), { implementation: 'pypy' });
    script(path.join(folder, 'bin', 'python3.14t'), 'exit 9');
    const env = { ...options.env, PATH: `${path.join(folder, 'bin')}:${options.env.PATH ?? ''}` };
    const { code, message } = codeAndMessage(() =>
      findPython({ ...options, env, version: '3.14t' }),
    );
    expect(code).toBe('PYTHON_NOT_FOUND');
    for (const part of [
      'option: no executable was given',
      'NOGIL_PYTHON: is not set',
      'VIRTUAL_ENV: is not set',
      `.venv: there is none in or above ${options.cwd ?? ''}`,
      'embedded: the package @nogil/cpython-',
      `installed: nothing is installed in ${path.join(folder, 'cache', 'pythons')}`,
      'python3.14t ended with exit code 9',
      'pypy3.11/bin/python3 is PyPy',
      'uv: no Python in',
      'conda: CONDA_PREFIX is not set',
      'Next step: Install it with `npx nogil python install 3.14t`.',
    ]) {
      expect(message).toContain(part);
    }
  });
});

describe('the next step', () => {
  test('promises only what the installer provides', () => {
    const { options } = machine();
    const message = (version: string): string =>
      codeAndMessage(() => findPython({ ...options, version })).message;
    expect(message('3.14d')).toContain('`npx nogil python install 3.14d`');
    expect(message('3.12')).toContain('`uv python install 3.12`');
    expect(message('3.12')).not.toContain('nogil python install 3.12');
  });
});

describe('listing', () => {
  test('every candidate once, in order, with the other ways to it', () => {
    const { folder, options } = machine();
    const prefix = path.join(folder, '.pyenv', 'versions', '3.14.5t');
    const file = fakePython(prefix);
    fs.symlinkSync('python3', path.join(prefix, 'bin', 'python3.14t'));
    fakePython(path.join(folder, '.pyenv', 'versions', '3.9.18'), { version: [3, 9, 18] });
    const env = { ...options.env, PATH: `${path.dirname(file)}:${options.env.PATH ?? ''}` };
    const reports = listPythons({ ...options, env });
    expect(reports.map(({ source, path: name, usable }) => [source, name, usable])).toEqual([
      ['PATH', path.join(prefix, 'bin', 'python3.14t'), true],
      ['pyenv', path.join(folder, '.pyenv/versions/3.9.18/bin/python3'), false],
    ]);
    expect(reports[0]?.aliases).toEqual([
      { source: 'PATH', path: file },
      { source: 'pyenv', path: file },
    ]);
    const asked = fs.readFileSync(path.join(prefix, 'asked'), 'utf8');
    expect(asked.trim().split('\n')).toHaveLength(1);
  });

  test('an explanation holds what, where, why and what to do', () => {
    const { folder, options } = machine();
    const versions = path.join(folder, '.pyenv', 'versions');
    const file = fakePython(path.join(versions, '3.14.5t'));
    fakePython(path.join(versions, '3.9.18'), { version: [3, 9, 18], freeThreaded: false });
    const lines = listPythons(options).flatMap((report) => explain(report));
    expect(lines).toEqual([
      `${file} (pyenv)`,
      '  CPython 3.14.5t, free-threaded, x86_64',
      `  library: ${path.join(versions, '3.14.5t', 'lib', 'libpython3.14t.so.1.0')}`,
      `${path.join(versions, '3.9.18', 'bin', 'python3')} (pyenv)`,
      '  CPython 3.9.18, GIL, x86_64',
      '  refused: is CPython 3.9.18, older than 3.10',
      '  remedy: Use CPython 3.10 or newer; `npx nogil python install` installs 3.14t.',
    ]);
  });

  test('a virtual environment is told from its base by its prefix', () => {
    const { folder, options } = machine();
    const base = path.join(folder, 'base');
    const venv = path.join(folder, 'venv');
    fakePython(base);
    const answer = fs.readFileSync(path.join(base, 'bin', 'python3'), 'utf8');
    script(
      path.join(venv, 'bin', 'python3'),
      answer
        .replace(`"prefix":"${base}"`, `"prefix":"${venv}"`)
        .replace(`"executable":"${base}`, `"executable":"${venv}`)
        .replace('#!/bin/sh\n', ''),
    );
    const python = findPython({ ...options, env: { ...options.env, VIRTUAL_ENV: venv } });
    expect(python).toMatchObject({
      isVirtualEnvironment: true,
      executable: path.join(venv, 'bin', 'python3'),
      baseExecutable: path.join(base, 'bin', 'python3'),
      prefix: venv,
      basePrefix: base,
      libpython: path.join(base, 'lib', 'libpython3.14t.so.1.0'),
    });
  });

  test('a library that is not one is named', () => {
    const { folder, options } = machine();
    const prefix = path.join(folder, 'damaged');
    const executable = fakePython(prefix);
    const library = path.join(prefix, 'lib', 'libpython3.14t.so.1.0');
    writeFile(library, 'version https://git-lfs.github.com/spec/v1\n');
    expect(codeAndMessage(() => findPython({ ...options, executable })).message).toContain(
      `${library} is damaged`,
    );
    // Another place may still have the right one.
    writeFile(path.join(prefix, 'lib64', 'libpython3.14t.so'), elfHeader(process.arch));
    expect(findPython({ ...options, executable }).libpython).toContain('lib64');
  });

  test('whatever this machine has can be described', () => {
    for (const report of listPythons()) {
      expect(explain(report).length).toBeGreaterThan(1);
      if (report.usable) {
        expect(fs.statSync(report.installation.libpython).isFile()).toBe(true);
        expect(fs.existsSync(path.join(report.installation.stdlib, 'os.py'))).toBe(true);
        expect(report.installation.pointerBits).toBe(64);
      }
    }
  });
});
