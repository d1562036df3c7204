// @ts-check
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { exclusively } from '../lib/lock.mjs';

const module = JSON.stringify(new URL('../lib/lock.mjs', import.meta.url).href);

/**
 * Another process that takes the lock, says so, and keeps it until it is killed.
 * @param {string} name
 */
async function holder(name) {
  const program = `import { exclusively } from ${module};
    await exclusively(${JSON.stringify(name)}, () => { console.log('held'); return new Promise(() => setInterval(() => {}, 1e6)); });`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(child.stdout, 'data');
  return child;
}

test('work of one name never overlaps, work of another is not held up', async () => {
  let inside = 0;
  let most = 0;
  const work = () =>
    exclusively(`test ${process.pid}`, async () => {
      most = Math.max(most, ++inside);
      await exclusively(`other ${process.pid}`, () => new Promise(setImmediate));
      inside -= 1;
    });
  await Promise.all([work(), work(), work()]);
  expect(most).toBe(1);
});

test('a lock whose holder was killed is free', async () => {
  const name = `killed ${process.pid}`;
  const child = await holder(name);
  const waiting = exclusively(name, async () => 'mine');
  child.kill('SIGKILL');
  expect(await waiting).toBe('mine');
});

test('work that throws gives the lock back', async () => {
  const name = `throws ${process.pid}`;
  await expect(exclusively(name, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(await exclusively(name, async () => 'mine')).toBe('mine');
});
