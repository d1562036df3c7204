import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { probe } from '../src/discovery/probe.js';
import type { Host } from '../src/platform.js';
import { elfHeader, fakePython, script } from './fake-python.js';
import { temporaryFolder, writeFile } from './temporary-folder.js';

const folder = temporaryFolder();
const host: Host = { platform: process.platform, arch: process.arch, home: folder };

function ask(file: string, timeout?: number): ReturnType<typeof probe> {
  return probe(host, file, process.env, folder, timeout);
}

describe('asking a candidate', () => {
  test('an answer is found among other output', () => {
    const file = fakePython(path.join(folder, 'noisy'), { noise: 'sitecustomize says hello' });
    expect(ask(file).answer?.version).toEqual([3, 14, 5, 'final', 0]);
  });

  test('a missing file', () => {
    expect(ask(path.join(folder, 'nothing')).refusal).toEqual({
      reason: 'does not exist',
      remedy: 'Give the path of a Python program that exists.',
    });
  });

  test('a link whose Python was removed', () => {
    const link = path.join(folder, 'dangling');
    fs.symlinkSync('/gone/python3', link);
    expect(ask(link).refusal?.reason).toBe(
      'is a symbolic link to /gone/python3, which no longer exists',
    );
  });

  test('a folder that is a prefix names the program inside', () => {
    const prefix = path.join(folder, 'prefix');
    const file = fakePython(prefix);
    expect(ask(prefix).refusal).toEqual({
      reason: 'is a folder, not a Python program',
      remedy: `Give the program inside it: ${file}`,
    });
  });

  test('any other folder says what is wanted', () => {
    expect(ask(folder).refusal?.remedy).toContain('for example /usr/bin/python3');
  });

  test('a file that is not executable', () => {
    const file = writeFile(path.join(folder, 'plain'), 'print(1)');
    const { refusal } = ask(file);
    expect(refusal?.reason).toBe('is not executable by this user');
    expect(refusal?.remedy).toContain(`chmod +x ${file}`);
  });

  test('a program that hangs is stopped, and what it started with it', async () => {
    const child = path.join(folder, 'child');
    const file = script(
      path.join(folder, 'hangs'),
      `sleep 600 & echo $! > '${child}'\nwhile :; do wait; done`,
    );
    const { refusal } = ask(file, 700);
    expect(refusal?.reason).toBe('did not answer within 0.7 s and was stopped');
    const pid = Number(fs.readFileSync(child, 'utf8'));
    await expect.poll(() => isRunning(pid), { timeout: 5000 }).toBe(false);
  });

  test('garbage is shown, cut and on one line', () => {
    const file = script(
      path.join(folder, 'garbage'),
      `echo "hello"; echo "w\\033orld ${'x'.repeat(300)}"`,
    );
    expect(ask(file).refusal?.reason).toMatch(/^is not a Python: it printed "hello w orld x+…"$/);
  });

  test('endless garbage ends', () => {
    const file = script(path.join(folder, 'endless'), 'yes garbage');
    expect(ask(file).refusal?.reason).toMatch(/^is not a Python: it printed "garbage/);
  });

  test('silence', () => {
    const file = script(path.join(folder, 'silent'), 'exit 0');
    expect(ask(file).refusal?.reason).toContain('printed nothing');
  });

  test('a marker without a complete answer is garbage', () => {
    const answers = [
      '{',
      '[]',
      '{"version":[3,14]}',
      '{"version":[3,14,5,"final",0],"details":{}}',
    ];
    for (const [index, answer] of answers.entries()) {
      const file = script(
        path.join(folder, `partial${index}`),
        `cat <<'END'\nNOGIL-PYTHON-PROBE-1:${answer}\nEND`,
      );
      expect(ask(file).refusal?.reason).toContain('is not a Python');
    }
  });

  test('a crash tells exit code or signal, and the last line of its complaint', () => {
    const failing = script(
      path.join(folder, 'fails'),
      'echo first >&2; echo "last words" >&2; exit 3',
    );
    expect(ask(failing).refusal?.reason).toBe(
      'ended with exit code 3 instead of describing itself: "last words"',
    );
    const killed = script(path.join(folder, 'killed'), 'kill -SEGV $$');
    expect(ask(killed).refusal?.reason).toContain('ended with signal SIGSEGV');
  });

  test('a Python that lost its library', () => {
    const complaint =
      'error while loading shared libraries: libpython3.14t.so.1.0: cannot open shared object file';
    const file = script(path.join(folder, 'lost'), `echo "${complaint}" >&2; exit 127`);
    expect(ask(file).refusal?.remedy).toContain('does not find its own library');
  });

  test('a script with a missing interpreter', () => {
    const file = writeFile(path.join(folder, 'shebang'), '#!/no/such/python\n', 0o755);
    expect(ask(file).refusal?.reason).toContain('interpreter');
  });

  test('a program for another processor is not started', () => {
    const file = writeFile(path.join(folder, 'foreign'), elfHeader('s390x', 2, 2), 0o755);
    expect(ask(file).refusal?.reason).toBe(
      `is a program for s390x, and this process is ${process.arch}`,
    );
  });
});

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    expect((error as NodeJS.ErrnoException).code).toBe('ESRCH');
    return false;
  }
  // In a container without init a killed orphan stays as a zombie: gone for all that matters.
  const state = `/proc/${pid}/stat`;
  return !(fs.existsSync(state) && /^\d+ \(.*\) Z /.test(fs.readFileSync(state, 'utf8')));
}
