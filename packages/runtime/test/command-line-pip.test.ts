import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';

import { findPython } from '@nogil/python';
import { beforeAll, describe, expect, it } from 'vitest';

import { nogil, programs } from './command-line.js';

const { folder, file } = programs();
const environment = join(folder, 'environment');
const posix = process.platform !== 'win32';

/**
 * In place of pip, a package that says how it was started, and ends as it is told. It sleeps in short pieces: a signal
 * that comes after Python last looked for one and before the system call does not wake `time.sleep`, which then takes
 * all its time (measured with `set_wakeup_fd`: the byte was there in every hang, one start in twenty on a busy machine).
 */
const PIP = `
import json, os, signal, sys, time
print(json.dumps([sys.argv[1:], sys.prefix, os.getcwd(), os.environ["PIP_REQUIRE_VIRTUALENV"]]), flush=True)
print("pip's own trouble", file=sys.stderr, flush=True)
match sys.argv[1:]:
    case ["end", "signal"]:
        os.kill(os.getpid(), signal.SIGTERM)
    case ["end", code]:
        sys.exit(int(code))
    case ["wait"]:
        try:
            print("ready", flush=True)
            while True:
                time.sleep(0.05)
        except KeyboardInterrupt:
            sys.exit(5)
`;

const env: NodeJS.ProcessEnv = {
  VIRTUAL_ENV: environment,
  NOGIL_PYTHON: undefined,
  PYTHONPATH: join(folder, 'instead'),
  NOGIL_HOME: join(folder, 'cache'),
};
const at = { cwd: folder, env };

beforeAll(() => {
  const base = findPython().baseExecutable;
  execFileSync(base, ['-m', 'venv', '--without-pip', environment]);
  mkdirSync(join(folder, 'instead/pip'), { recursive: true });
  mkdirSync(join(folder, 'instead/pip-99.0.dist-info'));
  file('instead/pip/__init__.py', '');
  file('instead/pip/__main__.py', PIP);
  file('instead/pip-99.0.dist-info/METADATA', 'Metadata-Version: 2.1\nName: pip\nVersion: 99.0\n');
});

describe('nogil pip', () => {
  it.each([
    [['list', '', '--', 'a b', '--version', '"', '$HOME', 'ü\u{1F600}']],
    [['--python', 'x', 'install', '--target', 'y', '-e', '.']],
    [['install', '--upgrade', 'numpy>=2']],
    [['lock', 'numpy']],
    [['--', 'install']],
  ])('passes %j on as it is', async (args) => {
    const { code, stdout, stderr } = await nogil(['pip', ...args], at);
    expect(JSON.parse(stdout)).toEqual([args, environment, folder, '1']);
    expect(stderr).toBe("pip's own trouble\n");
    expect(code).toBe(0);
  });

  it('ends with pip’s exit code, and says nothing of its own', async () => {
    const { code, stderr } = await nogil(['pip', 'end', '23'], at);
    expect([code, stderr]).toEqual([23, "pip's own trouble\n"]);
  });

  it.runIf(posix)('ends by the signal that pip ended by', async () => {
    const ended = await nogil(['pip', 'end', 'signal'], at);
    expect(ended).toMatchObject({ code: null, signal: 'SIGTERM' });
  });

  it.runIf(posix)('passes signals on to pip', async () => {
    const ended = await nogil(['pip', 'wait'], {
      ...at,
      whenReady: (child) => child.kill('SIGINT'),
    });
    expect(ended).toMatchObject({ code: 5, signal: null });
  });

  it('makes no environment to explain pip', async () => {
    const cwd = join(folder, 'elsewhere');
    mkdirSync(cwd);
    const base = findPython().baseExecutable;
    const elsewhere = { ...env, VIRTUAL_ENV: undefined, NOGIL_PYTHON: base };
    for (const args of [['install', '--help'], ['help'], ['--version'], []]) {
      const { code, stdout } = await nogil(['pip', ...args], { cwd, env: elsewhere });
      expect(JSON.parse(stdout)).toEqual([args, findPython({ executable: base }).prefix, cwd, '1']);
      expect(code).toBe(0);
    }
    expect(existsSync(join(cwd, '.venv'))).toBe(false);
  });

  it('does not do without a Python', async () => {
    const none = { ...env, VIRTUAL_ENV: undefined, NOGIL_PYTHON: join(folder, 'none') };
    const { code, stdout, stderr } = await nogil(['pip', 'list'], { cwd: folder, env: none });
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(/^nogil: NOGIL_PYTHON cannot be used: [^]*\[PYTHON_REFUSED\]\n$/);
  });
});
