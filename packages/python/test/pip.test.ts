import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { NogilError } from '@nogil/abi';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import {
  findPython,
  installPackages,
  lockPackages,
  runPip,
  syncPackages,
  type PipOptions,
  type PipResult,
} from '../src/index.js';
import { fakeAnswer, fakePython, script } from './fake-python.js';
import { probeMarker } from '../src/discovery/probe-program.js';
import { temporaryFolder, writeFile } from './temporary-folder.js';
import { makeWheel } from './wheels.js';

// Each environment takes seconds to make, on a loaded machine half a minute, so that tests of one project share it, one
// after another.
vi.setConfig({ testTimeout: 300_000 });

const root = temporaryFolder();
const wheels = path.join(root, 'wheels');
const base = findPython({ executable: findPython().baseExecutable });

/** A machine whose active Python is the base, and whose pip knows the wheels of this file only. */
const env: Record<string, string> = {
  HOME: root,
  NOGIL_HOME: path.join(root, 'cache'),
  PATH: `${path.dirname(base.executable)}${path.delimiter}${process.env.PATH ?? ''}`,
  PIP_NO_INDEX: '1',
  PIP_FIND_LINKS: wheels,
  PIP_CONFIG_FILE: process.platform === 'win32' ? 'nul' : '/dev/null',
  PIP_DISABLE_PIP_VERSION_CHECK: '1',
};

function project(name: string): { readonly folder: string; readonly options: PipOptions } {
  const folder = path.join(root, name);
  writeFile(path.join(folder, 'package.json'), '{}');
  return { folder, options: { cwd: folder, env } };
}

function names(packages: PipResult['installed']): string[] {
  return packages.map(({ name, version }) => `${name} ${version}`);
}

async function refusal(promise: Promise<unknown>): Promise<NogilError> {
  const error: unknown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof NogilError) return error;
  throw error instanceof Error ? error : new Error('nothing was thrown');
}

function installedIn(python: string): string {
  return execFileSync(python, ['-m', 'pip', 'list', '--format', 'json'], { env, encoding: 'utf8' });
}

beforeAll(() => {
  const parts = { name: 'greeting', files: { 'greeting.py': 'text:import noun' } };
  makeWheel(base.executable, wheels, { ...parts, version: '1.0', requires: ['noun'] });
  for (const version of ['1.0', '2.0']) {
    const files = { 'noun.py': `text:version = "${version}"` };
    makeWheel(base.executable, wheels, { name: 'noun', version, files });
  }
  makeWheel(base.executable, wheels, { name: 'Extra.Thing', version: '1.0', files: {} });
});

describe('a project without an environment', () => {
  const { folder, options } = project('shop');
  const environment = path.join(folder, '.venv');
  const lockFile = path.join(folder, 'pylock.toml');
  const below = path.join(folder, 'source', 'deep');

  test('gets a .venv where its package.json is, and packages go there', async () => {
    fs.mkdirSync(below, { recursive: true });
    const before = installedIn(base.executable);
    const made: string[] = [];
    const lines: string[] = [];
    const result = await installPackages('greeting', {
      ...options,
      cwd: below,
      onEnvironment: ({ prefix }) => made.push(prefix),
      onOutput: (line) => lines.push(line),
    });
    expect(result.environment.prefix).toBe(environment);
    expect(made).toEqual([environment]);
    expect(names(result.installed)).toEqual(['greeting 1.0', 'noun 2.0']);
    expect([result.removed, result.warnings]).toEqual([[], []]);
    expect(lines.join('\n')).toContain('Successfully installed');
    expect(result.output).toContain('Successfully installed');
    expect(findPython({ cwd: below, env }).prefix).toBe(environment);
    expect(installedIn(base.executable)).toBe(before);
  });

  test('uses that .venv from then on', async () => {
    let made = 0;
    const { output } = await runPip(['list', '--format', 'json'], {
      ...options,
      cwd: below,
      onEnvironment: () => (made += 1),
    });
    expect(made).toBe(0);
    expect((JSON.parse(output) as { name: string }[]).map(({ name }) => name)).toContain('noun');
  });

  test('is locked, with hashes', async () => {
    const { file } = await lockPackages(options);
    expect(file).toBe(lockFile);
    const text = fs.readFileSync(file, 'utf8');
    expect(text.match(/^sha256 = "[0-9a-f]{64}"$/gm)).toHaveLength(2);
    expect(fs.readdirSync(folder).sort()).toEqual(
      ['.venv', 'package.json', 'pylock.toml', 'source'].sort(),
    );
  });

  test('is made what the lock says, no more and no less', async () => {
    await installPackages(['noun==1.0', 'extra.thing'], options);
    const result = await syncPackages(options);
    expect(names(result.installed)).toEqual(['noun 2.0']);
    expect(names(result.removed)).toEqual(['extra-thing 1.0', 'noun 1.0']);
    const again = await syncPackages(options);
    expect([again.installed, again.removed]).toEqual([[], []]);
  });

  test('refuses a file that is not the one that was locked', async () => {
    const wheel = path.join(wheels, 'noun-2.0-py3-none-any.whl');
    const original = fs.readFileSync(wheel);
    await runPip(['uninstall', '--yes', 'noun'], options);
    makeWheel(base.executable, wheels, {
      name: 'noun',
      version: '2.0',
      files: { 'noun.py': 'text:version = "another"' },
    });
    const error = await refusal(syncPackages(options));
    fs.writeFileSync(wheel, original);
    expect(error.code).toBe('PIP_FAILED');
    expect(error.message).toContain('DO NOT MATCH THE HASHES');
    expect(names((await syncPackages(options)).installed)).toEqual(['noun 2.0']);
  });

  test('refuses a lock file that is missing or none', async () => {
    const missing = await refusal(syncPackages({ ...options, file: 'pylock.other.toml' }));
    expect(missing.code).toBe('PIP_FAILED');
    expect(missing.message).toMatch(/no lock file .*pylock\.other\.toml.*nogil pip lock/);
    for (const text of ['[[packages', 'lock-version = "1.0"', '[[packages]]\nversion = "1"']) {
      writeFile(path.join(folder, 'pylock.broken.toml'), text);
      const broken = await refusal(syncPackages({ ...options, file: 'pylock.broken.toml' }));
      expect(broken.message).toContain('pylock.broken.toml is no lock file');
    }
    expect(names((await syncPackages(options)).removed)).toEqual([]);
  });

  test('says what pip says when it fails', async () => {
    const error = await refusal(installPackages('there-is-no-such-package', options));
    expect(error.code).toBe('PIP_FAILED');
    expect(error.message).toMatch(/pip install there-is-no-such-package in .*\.venv ended with/);
    expect(error.message).toContain('No matching distribution found');
  });

  test.each([[[]], [['--upgrade']], [['noun', ' -r x']], ['']])(
    'takes no option for a package: %j',
    async (requirements: string | string[]) => {
      expect((await refusal(installPackages(requirements, options))).code).toBe('INVALID_ARGUMENT');
    },
  );

  test('keeps pip out of a base that its arguments name', async () => {
    const args = ['--python', base.executable, 'install', 'noun'];
    const error = await refusal(runPip(args, options));
    expect(error.message).toContain('Could not find an activated virtualenv');
  });

  test('is used with a warning when NOGIL_PYTHON names its base', async () => {
    const named = { ...env, NOGIL_PYTHON: base.executable };
    const { environment: used, warnings } = await runPip(['list'], { ...options, env: named });
    expect(used.prefix).toBe(environment);
    expect(warnings.map(({ code }) => code)).toEqual(['ENVIRONMENT_BYPASSED']);
    expect(warnings[0]?.message).toContain(`NOGIL_PYTHON=${used.executable}`);
  });

  test('is not used when another Python is named', async () => {
    const other = fakePython(path.join(root, 'other'), {
      version: [3, 12, 1],
      freeThreaded: false,
    });
    const named = { ...env, NOGIL_PYTHON: other };
    const error = await refusal(runPip(['list'], { ...options, env: named }));
    expect(error.code).toBe('PYTHON_REFUSED');
    expect(error.message).toMatch(
      /\.venv is an environment of .*\(3\.12\.1\) was asked for .*remove/s,
    );
  });

  test('stops when it is told to', async () => {
    await expect(
      installPackages('noun', { ...options, signal: AbortSignal.abort('no') }),
    ).rejects.toBe('no');
    const stop = new AbortController();
    const server = http.createServer(() => {
      stop.abort(new Error('enough'));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const slow = { ...env, PIP_NO_INDEX: '0', PIP_INDEX_URL: `http://127.0.0.1:${port}/` };
    try {
      await expect(
        installPackages('something', { ...options, env: slow, signal: stop.signal }),
      ).rejects.toThrow('enough');
    } finally {
      server.closeAllConnections();
      server.close();
    }
  });

  test('needs a pip that knows lock files', async () => {
    const [sitePackages = ''] = findPython({ cwd: folder, env }).sitePackages;
    const info = fs.readdirSync(sitePackages).find((name) => /^pip-.*\.dist-info$/.test(name));
    const metadata = path.join(sitePackages, info ?? '', 'METADATA');
    const original = fs.readFileSync(metadata, 'utf8');
    fs.writeFileSync(metadata, original.replace(/^Version: .*$/m, 'Version: 26.0.1'));
    const errors = [await refusal(lockPackages(options)), await refusal(syncPackages(options))];
    fs.writeFileSync(metadata, original);
    for (const { message } of errors) {
      expect(message).toMatch(/pip 26\.0\.1 .* older than 26\.1.*pip install --upgrade pip/);
    }
  });
});

test('two that make the same environment make one', async () => {
  const { folder, options } = project('twice');
  let made = 0;
  const count = { ...options, onEnvironment: () => (made += 1) };
  const results = await Promise.all([
    installPackages('noun', count),
    installPackages('extra.thing', count),
  ]);
  expect(made).toBe(1);
  expect(results.map(({ environment }) => environment.prefix)).toEqual(
    [0, 1].map(() => path.join(folder, '.venv')),
  );
  expect(results.flatMap(({ installed }) => names(installed)).sort()).toEqual([
    'extra-thing 1.0',
    'noun 2.0',
  ]);
});

test('an active environment without pip gets one, and the packages', async () => {
  const { folder, options } = project('active');
  const active = path.join(root, 'environment of another kind');
  execFileSync(base.executable, ['-m', 'venv', '--without-pip', active]);
  const { environment } = await installPackages('noun', {
    ...options,
    env: { ...env, VIRTUAL_ENV: active },
  });
  expect(environment.prefix).toBe(active);
  expect(fs.existsSync(path.join(folder, '.venv'))).toBe(false);
});

test.skipIf(process.platform === 'win32')(
  'an environment that cannot be made leaves nothing behind',
  async () => {
    const { folder, options } = project('unable');
    const prefix = path.join(root, 'unable-python');
    fakePython(prefix);
    const answer = fakeAnswer({}).replaceAll('@HERE@', prefix);
    script(
      path.join(prefix, 'bin', 'python3'),
      'if [ "$2" = venv ]; then mkdir -p "$3/bin"; echo "ensurepip is not available" >&2; exit 1; fi\n' +
        `cat <<'END'\n${probeMarker}${answer}\nEND`,
    );
    const executable = path.join(prefix, 'bin', 'python3');
    const error = await refusal(installPackages('noun', { ...options, executable }));
    expect(error.code).toBe('INSTALL_FAILED');
    expect(error.message).toContain('ensurepip is not available');
    expect(error.message).toContain('python3-venv');
    expect(fs.existsSync(path.join(folder, '.venv'))).toBe(false);
  },
);

describe.skipIf(!base.freeThreaded || process.platform === 'win32')('a free-threaded build', () => {
  const source = path.resolve(import.meta.dirname, '../../abi/test/extensions/extension.c');

  /** Packages `name` with an extension module of a kind that extension.c explains. */
  function extensionWheel(name: string, kind: 2 | 3 | 4): void {
    const include = execFileSync(
      base.executable,
      ['-c', 'import sysconfig; print(sysconfig.get_path("include"))'],
      { encoding: 'utf8' },
    ).trim();
    const library = path.join(root, `${name}.so`);
    const undefinedLater = process.platform === 'darwin' ? ['-undefined', 'dynamic_lookup'] : [];
    const options = ['-shared', '-fPIC', `-I${include}`, `-DNAME=${name}`, `-DKIND=${kind}`];
    const cc = process.env.CC ?? 'cc';
    execFileSync(cc, [...options, ...undefinedLater, source, '-o', library]);
    const files = { [`${name}.so`]: library, [`${name}.libs/other.so`]: library };
    makeWheel(base.executable, wheels, { name, version: '1.0', files });
  }

  test('is warned of packages that turn the GIL on, by name', async () => {
    extensionWheel('needs_gil', 2);
    extensionWheel('safe', 3);
    extensionWheel('raises', 4);
    const { options } = project('threads');
    const { warnings, installed } = await installPackages(['needs_gil', 'safe', 'raises'], {
      ...options,
      // It would decide for all.
      env: { ...env, PYTHON_GIL: '1' },
    });
    expect(names(installed)).toEqual(['needs-gil 1.0', 'raises 1.0', 'safe 1.0']);
    expect(warnings.map(({ code, package: name }) => [code, name])).toEqual([
      ['GIL_ENABLED', 'needs-gil'],
      ['NOT_IMPORTABLE', 'raises'],
    ]);
    expect(warnings[0]?.message).toMatch(/needs-gil 1\.0 turns the GIL on .* module needs_gil /);
    const again = await runPip(['list'], options);
    expect(again.warnings).toEqual([]);
  });
});
