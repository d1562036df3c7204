import { setImmediate as turn } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

import { expect, it } from 'vitest';

import { ReleaseQueue } from '../src/index.js';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

interface Recorded {
  readonly queue: ReleaseQueue;
  readonly released: number[];
  readonly batches: number[];
  told: number;
}

function recorded(work: () => void = () => undefined): Recorded {
  const released: number[] = [];
  const batches: number[] = [];
  const made: Recorded = {
    queue: new ReleaseQueue({
      release: (handles) => {
        released.push(...handles);
        batches.push(handles.length);
        work();
      },
      adjustMemory: (bytes) => {
        made.told += bytes;
      },
    }),
    released,
    batches,
    told: 0,
  };
  return made;
}

const numbers = (count: number): number[] => Array.from({ length: count }, (_, i) => i + 1);

it('what is released later is released from the event loop, once, in batches', async () => {
  const { queue, released, batches } = recorded();
  for (const handle of numbers(1300)) queue.later(handle);
  expect(released).toEqual([]);
  expect(queue.waiting).toBe(1300);
  while (queue.waiting > 0) await turn();
  expect(released.sort((a, b) => a - b)).toEqual(numbers(1300));
  expect(Math.max(...batches)).toBe(512);
});

it('a slow release lets the event loop turn in between', async () => {
  const { queue, batches } = recorded(() => {
    const until = performance.now() + 5;
    while (performance.now() < until);
  });
  for (const handle of numbers(512 * 4)) queue.later(handle);
  await turn();
  expect(batches).toHaveLength(1);
  let turns = 0;
  while (queue.waiting > 0) {
    await turn();
    turns++;
  }
  expect(turns).toBeGreaterThanOrEqual(3);
});

it('what is released while a batch is released comes with the next', async () => {
  const { queue, released } = recorded(() => {
    if (released.length === 1) queue.later(2);
  });
  queue.later(1);
  while (!released.includes(2)) await turn();
  expect(released).toEqual([1, 2]);
});

it('what is released now is released before the call returns', () => {
  const { queue, batches } = recorded();
  queue.now(numbers(600));
  expect(batches).toEqual([512, 88]);
});

it('a handle is released once its holder was collected, and the collector hears of both', async () => {
  const made = recorded();
  const watchMany = (): void => {
    for (const handle of numbers(5000)) made.queue.watch({ handle }, handle);
  };
  watchMany();
  expect(made.told).toBeGreaterThan(0);
  while (made.released.length < 4900) {
    collect();
    await turn();
  }
  expect(new Set(made.released).size).toBe(made.released.length);
  // All but what is too little to be worth telling.
  expect(Math.abs(made.told)).toBeLessThanOrEqual(2 * 1024 * 1024);
});
