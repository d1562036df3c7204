import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import { NogilError } from '@nogil/abi';
import { build } from 'tsup';
import { describe, expect, test } from 'vitest';
import { findInstalled, findPython, installPython } from '../src/index.js';
import { install } from '../src/install/install.js';
import { manifestName } from '../src/installed-manifest.js';
import type { ProgressEvent } from '../src/progress/events.js';
import { script } from './fake-python.js';
import { fakeMachine, movablePython, type FakeMachine } from './fake-source.js';
import { temporaryFolder, writeFile } from './temporary-folder.js';

const root = temporaryFolder();
let machines = 0;

function fresh(): string {
  machines += 1;
  return path.join(root, `m${machines}`);
}

async function failure(action: Promise<unknown>): Promise<NogilError> {
  const error = await action.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(NogilError);
  return error as NogilError;
}

function messages(events: readonly ProgressEvent[]): string[] {
  return [...new Set(events.map((event) => event.message))];
}

describe('building from source', () => {
  test('gives a verified, relocatable Python that discovery finds', async () => {
    const machine = await fakeMachine(fresh());
    const { host, env, cache } = machine;
    const events: ProgressEvent[] = [];
    const python = await install(host, { env, onProgress: (event) => events.push(event) });
    const prefix = path.join(cache, 'pythons', 'cpython-3.14t');
    expect(python).toMatchObject({
      executable: path.join(prefix, 'bin', 'python3'),
      libpython: path.join(prefix, 'lib', 'libpython3.14t.so.1.0'),
      freeThreaded: true,
      source: 'installed',
    });
    expect(findPython({ env, cwd: machine.folder })).toEqual(python);
    expect(findInstalled('3.14t', { env, cacheDirectory: cache })).toEqual(python);
    expect(findInstalled('3.14', { env, cacheDirectory: cache })).toBeUndefined();
    const manifest: unknown = JSON.parse(fs.readFileSync(path.join(prefix, manifestName), 'utf8'));
    expect(manifest).toMatchObject({
      variant: '3.14t',
      from: 'source',
      notes: [
        'built from source because uv is not on PATH',
        'without curses: No module named _curses',
      ],
    });
    expect(fs.readFileSync(path.join(prefix, 'bin', 'pip3'), 'utf8')).toBe(
      `#!/bin/sh\n'''exec' "$(dirname -- "$(realpath -- "$0")")/python3" "$0" "$@"\n' '''\nimport pip\n`,
    );
    expect(fs.readFileSync(path.join(prefix, 'lib/pkgconfig/python3.pc'), 'utf8')).toBe(
      'prefix=${pcfiledir}/../..\n',
    );
    expect(fs.existsSync(path.join(prefix, 'lib', 'libpython3.14t.a'))).toBe(false);
    expect(fs.readdirSync(path.join(cache, 'pythons'))).toEqual(['cpython-3.14t']);
    expect(fs.readdirSync(path.join(cache, 'builds'))).toEqual([]);
    expect(messages(events).join('\n')).toMatch(/about two minutes on two cores/);
    expect(new Set(events.map((event) => event.phase)).size).toBe(8);
    expect(events.at(-1)?.fraction).toBe(1);
  });

  test('is not done again', async () => {
    const { host, env, traces } = await fakeMachine(fresh());
    const first = await install(host, { env });
    expect(await install(host, { env })).toEqual(first);
    expect(traces()).toEqual(['configure', 'compile', 'install']);
  });

  test('is done again when the installed Python no longer works', async () => {
    const { host, env, cache, traces } = await fakeMachine(fresh());
    await install(host, { env });
    fs.rmSync(path.join(cache, 'pythons/cpython-3.14t/lib/libpython3.14t.so.1.0'));
    expect(findInstalled('3.14t', { env, cacheDirectory: cache })).toBeUndefined();
    await install(host, { env });
    expect(traces().filter((word) => word === 'configure')).toHaveLength(2);
  });

  test('happens once for two callers, and side by side for two variants', async () => {
    const machine = await fakeMachine(fresh(), {}, 'sleep 1; : > a.o');
    const { host, env, traces } = machine;
    const events: ProgressEvent[] = [];
    const [first, second] = await Promise.all([
      install(host, { env }),
      install(host, { env, onProgress: (event) => events.push(event) }),
    ]);
    expect(second).toEqual(first);
    expect(traces()).toEqual(['configure', 'compile', 'install']);
    // Two installations of different variants share the archive and the tools, never a folder; the
    // stand-in is a 3.14t, so asking for a GIL build ends in the verification.
    const error = await failure(install(host, { env, variant: '3.14' }));
    expect(error.code).toBe('INSTALL_FAILED');
    expect(error.message).toContain('is 3.14.5t, and 3.14 was asked for');
    expect(fs.readdirSync(path.join(machine.cache, 'pythons'))).toEqual(['cpython-3.14t']);
  });

  test('that is killed is continued, and what it left is never found', async () => {
    const folder = fresh();
    const gate = path.join(folder, 'gate');
    const machine = await fakeMachine(
      folder,
      {},
      `: > a.o\nuntil [ -e '${gate}' ]; do echo waiting; sleep 0.1; done`,
    );
    const { host, env, cache, traces } = machine;
    const child = await startInstaller(machine);
    await expect.poll(traces, { timeout: 20_000 }).toContain('compile');
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
    expect(findInstalled('3.14t', { env, cacheDirectory: cache })).toBeUndefined();
    expect(() => findPython({ env: { ...env, PATH: '/nowhere' }, cwd: folder })).toThrow(
      /nothing is installed/,
    );
    fs.writeFileSync(gate, '');
    const events: ProgressEvent[] = [];
    await install(host, { env, onProgress: (event) => events.push(event) });
    expect(traces()).toEqual(['configure', 'compile', 'compile', 'install']);
    expect(messages(events).join('\n')).toMatch(
      /another installer is at work[^]*continuing the unfinished build/,
    );
  });

  test('that cannot be continued is begun anew, once', async () => {
    const machine = await fakeMachine(fresh(), {}, 'if [ -e damaged ]; then exit 2; fi; : > a.o');
    const { host, env, cache, traces } = machine;
    const controller = new AbortController();
    const stop = (event: ProgressEvent): void => {
      if (event.phase === 'compile') {
        controller.abort(new Error('stopped'));
      }
    };
    await expect(
      install(host, { env, signal: controller.signal, onProgress: stop }),
    ).rejects.toThrow('stopped');
    writeFile(path.join(cache, 'builds', '3.14t', 'source', 'damaged'), '');
    await install(host, { env });
    expect(traces()).toEqual(['configure', 'compile', 'configure', 'compile', 'install']);
  });

  test('that fails shows the end of its log and where the rest is', async () => {
    const lines =
      'for n in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21; do echo "line $n"; done';
    const { host, env, cache } = await fakeMachine(fresh(), {}, `${lines}; exit 2`);
    const error = await failure(install(host, { env }));
    expect(error.code).toBe('INSTALL_FAILED');
    expect(error.message).toContain('make ended with exit code 2');
    expect(error.message).toContain('line 2\n');
    expect(error.message).not.toContain('line 1\n');
    const log = path.join(cache, 'logs', '3.14t.log');
    expect(error.message).toContain(log);
    expect(fs.readFileSync(log, 'utf8')).toContain('line 1\n');
  });

  test('in a folder with blanks is refused before it begins', async () => {
    const { host, env, traces } = await fakeMachine(`${fresh()} with blanks`);
    const error = await failure(install(host, { env }));
    expect(error.message).toContain('Set NOGIL_HOME to a folder without them');
    expect(traces()).toEqual([]);
  });
});

describe('bad machines', () => {
  test('too little room: the folder, the bytes and what to remove', async () => {
    const { host, env, cache, traces } = await fakeMachine(fresh());
    const full = { ...host, freeBytes: () => Promise.resolve(123e6) };
    const error = await failure(install(full, { env }));
    expect(error.code).toBe('INSTALL_FAILED');
    expect(error.message).toMatch(/not enough room in .*cache: \d+ MB are needed, 123 MB are free/);
    expect(error.message).toContain(path.join(cache, 'builds'));
    expect(traces()).toEqual([]);
  });

  test('a disk that fills up on the way', async () => {
    const { host, env } = await fakeMachine(
      fresh(),
      {},
      'echo "as: a.o: No space left on device" >&2; exit 1',
    );
    const error = await failure(install(host, { env }));
    expect(error.message).toMatch(
      /^the disk is full: .*then run the same command again, it continues/,
    );
  });

  test('no compiler, no make, no headers: the exact command', async () => {
    const { host, env, folder } = await fakeMachine(fresh());
    const tools = path.join(folder, 'bare');
    fs.mkdirSync(tools);
    const bare = await failure(install(host, { env: { ...env, PATH: tools } }));
    expect(bare.code).toBe('INSTALL_TOOLS_MISSING');
    expect(bare.message).toMatch(/missing: a C compiler .*make, OpenSSL/);
    const names =
      process.platform === 'darwin'
        ? /brew install .*openssl@3/
        : /sudo apt-get install -y build-essential libssl-dev/;
    expect(bare.message).toMatch(names);
    script(path.join(tools, 'cc'), 'case "$*" in *-lffi*|*-lbz2*) exit 1;; esac');
    script(path.join(tools, 'make'), 'exit 0');
    const headers = await failure(
      install(host, { env: { ...env, PATH: `${tools}:/usr/bin:/bin` } }),
    );
    expect(headers.message).toMatch(/missing: libffi\. Run: /);
    expect(headers.message).toMatch(/libffi-dev libbz2-dev|libffi bzip2/);
  });

  test('optional headers that are missing are a note, not a failure', async () => {
    const { host, env, cache, folder } = await fakeMachine(fresh());
    script(path.join(folder, 'tools', 'cc'), 'case "$*" in *-lreadline*) exit 1;; esac');
    const events: ProgressEvent[] = [];
    await install(host, { env, onProgress: (event) => events.push(event) });
    const note = 'built without readline: the headers of readline are missing';
    expect(messages(events)).toContain(`warning: ${note}`);
    const manifest = fs.readFileSync(
      path.join(cache, 'pythons/cpython-3.14t', manifestName),
      'utf8',
    );
    expect(manifest).toContain(note);
  });

  test('root on Debian: apt-get installs what is missing, after an update if need be', async () => {
    const { host, env, folder } = await fakeMachine(fresh());
    const state = path.join(folder, 'apt-state');
    fs.mkdirSync(state);
    script(path.join(folder, 'tools', 'cc'), `case "$*" in *-lssl*) [ -e '${state}/ssl' ];; esac`);
    script(
      path.join(folder, 'tools', 'apt-get'),
      `echo "$DEBIAN_FRONTEND $*" >> '${state}/calls'
case "$*" in
*update*) : > '${state}/updated';;
*install*) [ -e '${state}/updated' ] && : > '${state}/ssl';;
esac`,
    );
    const linux = process.platform === 'linux';
    const action = install({ ...host, isRoot: true }, { env });
    if (!linux) {
      expect((await failure(action)).code).toBe('INSTALL_TOOLS_MISSING');
      return;
    }
    await action;
    const calls = fs.readFileSync(path.join(state, 'calls'), 'utf8').trim().split('\n');
    expect(calls.map((call) => call.replace(/-o \S+ /g, ''))).toEqual([
      'noninteractive install -y --no-install-recommends libssl-dev',
      'noninteractive update',
      'noninteractive install -y --no-install-recommends libssl-dev',
    ]);
  });

  test('a Python that is not what was asked for is not published', async () => {
    const machine = await fakeMachine(fresh(), { freeThreaded: false });
    const error = await failure(install(machine.host, { env: machine.env }));
    expect(error.message).toContain('is 3.14.5, and 3.14t was asked for');
    expect(fs.readdirSync(path.join(machine.cache, 'pythons'))).toEqual([]);
  });

  test('a variant that does not exist', async () => {
    const error = await failure(installPython({ variant: '3.9t' as '3.14t' }));
    expect(error).toMatchObject({ code: 'INVALID_ARGUMENT' });
    expect(error.message).toContain('3.14t, 3.14, 3.14d, 3.14td, 3.14t-tsan');
  });
});

describe('uv', () => {
  /** A uv that "installs" a stand-in, or fails. */
  function uv(machine: FakeMachine, body: string): void {
    script(path.join(machine.folder, 'tools', 'uv'), body);
  }

  test('on the path installs, and its Python is verified and moved', async () => {
    const machine = await fakeMachine(fresh());
    const { host, env, cache, folder, traces } = machine;
    script(path.join(folder, 'template'), movablePython({}));
    uv(
      machine,
      `to="$UV_PYTHON_INSTALL_DIR/cpython-3.14.5+freethreaded-x"; mkdir -p "$to/bin" "$to/lib"
cp '${path.join(folder, 'template')}' "$to/bin/python3"
cp '${path.join(folder, 'source/Python-9.9.9/library')}' "$to/lib/libpython3.14t.so.1.0"
echo "$*" > '${path.join(folder, 'arguments')}'`,
    );
    const python = await install(host, { env });
    expect(python.prefix).toBe(path.join(cache, 'pythons', 'cpython-3.14t'));
    expect(traces()).toEqual([]);
    expect(fs.readFileSync(path.join(folder, 'arguments'), 'utf8')).toMatch(
      /^python install .*3\.14t\n$/,
    );
    expect(fs.readdirSync(path.join(cache, 'pythons'))).toEqual(['cpython-3.14t']);
  });

  test('that cannot: the source is built instead, and the reason is kept', async () => {
    const machine = await fakeMachine(fresh());
    uv(machine, 'echo "error: failed to download" >&2; exit 2');
    const events: ProgressEvent[] = [];
    await install(machine.host, { env: machine.env, onProgress: (event) => events.push(event) });
    expect(messages(events).join('\n')).toMatch(
      /building from source because uv ended with exit code 2: .*error: failed to download/,
    );
    expect(machine.traces()).toContain('install');
  });

  test('alone was asked for and cannot: an error', async () => {
    const machine = await fakeMachine(fresh());
    const missing = await failure(install(machine.host, { env: machine.env, from: 'uv' }));
    expect(missing.message).toContain('uv is not on PATH');
    const special = await failure(
      install(machine.host, { env: machine.env, from: 'uv', variant: '3.14td' }),
    );
    expect(special.message).toContain('uv has no build of 3.14td');
  });
});

/** The installer as a program: bundled first, because it is to be killed as a process. */
async function startInstaller(machine: FakeMachine): Promise<ChildProcess> {
  const out = path.resolve('reports', 'installer');
  await build({
    entry: [path.resolve('test', 'installer-process.ts')],
    outDir: out,
    format: ['esm'],
    outExtension: () => ({ js: '.mjs' }),
    target: 'node20',
    config: false,
    silent: true,
  });
  return spawn(
    process.execPath,
    [
      path.join(out, 'installer-process.mjs'),
      JSON.stringify({ host: machine.host, env: machine.env }),
    ],
    { stdio: ['ignore', 'inherit', 'inherit'] },
  );
}
