import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { withLock } from '../src/install/lock.js';
import { temporaryFolder } from './temporary-folder.js';

const folder = temporaryFolder();
const stale = 2000;
const ignore = { signal: undefined, onWait: () => undefined, stale };

describe('the installer lock', () => {
  test('lets one body run at a time, and tells the others that they wait', async () => {
    const file = path.join(folder, 'one');
    const running: number[] = [];
    let most = 0;
    let waits = 0;
    const body = async (): Promise<void> => {
      running.push(1);
      most = Math.max(most, running.length);
      await delay(100);
      running.pop();
    };
    const onWait = (): void => {
      waits += 1;
    };
    await Promise.all([1, 2, 3].map(() => withLock(file, { ...ignore, onWait }, body)));
    expect(most).toBe(1);
    expect(waits).toBeGreaterThan(0);
  });

  test('is free again after a failure', async () => {
    const file = path.join(folder, 'failure');
    const failing = withLock(file, ignore, () => Promise.reject(new Error('no')));
    await expect(failing).rejects.toThrow('no');
    expect(await withLock(file, ignore, () => Promise.resolve(7))).toBe(7);
  });

  test('of a killed process is taken over', async () => {
    const file = path.join(folder, 'killed');
    const library = createRequire(import.meta.url).resolve('proper-lockfile');
    const holder = spawn(process.execPath, [
      '-e',
      `require(${JSON.stringify(library)}).lock(${JSON.stringify(file)}, { realpath: false,
        lockfilePath: ${JSON.stringify(file)}, stale: ${stale} }).then(() => {
        console.log('held'); setInterval(() => {}, 1000); });`,
    ]);
    await once(holder.stdout, 'data');
    const ended = once(holder, 'exit');
    holder.kill('SIGKILL');
    await ended;
    expect(fs.existsSync(file)).toBe(true);
    expect(await withLock(file, ignore, () => Promise.resolve('mine'))).toBe('mine');
  });

  test('that is lost aborts its body', async () => {
    const file = path.join(folder, 'lost');
    const body = async (signal: AbortSignal): Promise<void> => {
      const past = new Date(Date.now() - 3_600_000);
      fs.utimesSync(file, past, past);
      await once(signal, 'abort');
      signal.throwIfAborted();
    };
    await expect(withLock(file, ignore, body)).rejects.toMatchObject({ code: 'INSTALL_FAILED' });
  });

  test('waiting for it can be aborted', async () => {
    const file = path.join(folder, 'abort');
    const controller = new AbortController();
    const onWait = (): void => {
      controller.abort(new Error('enough'));
    };
    await withLock(file, ignore, async () => {
      const second = withLock(file, { ...ignore, signal: controller.signal, onWait }, () =>
        Promise.resolve(),
      );
      await expect(second).rejects.toThrow('enough');
    });
    expect(controller.signal.aborted).toBe(true);
  });
});
