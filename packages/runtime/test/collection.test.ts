import { setTimeout as sleep } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

import { loadCore } from '@nogil/abi';
import { expect, it } from 'vitest';

import { python, type PyProxy } from '../src/index.js';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

const live = (): number => loadCore().statistics().handlesLive;

/** Makes proxies and drops them. */
function drop(count: number): void {
  const make = python.eval('object') as () => unknown;
  for (let i = 0; i < count; i++) make();
}

it('dropped proxies are all released, by an event loop that is otherwise idle', async () => {
  python.info();
  const before = live();
  drop(100_000);
  expect(live()).toBeGreaterThan(before + 50_000);
  // The collector decides when; once it has, nothing but the queue may hold the handles.
  while (live() > before + 100) {
    collect();
    await sleep(20);
  }
});

it('a loop that drops proxies and lets the event loop run does not pile them up', async () => {
  const before = live();
  const rounds = 60;
  const each = 10_000;
  for (let round = 0; round < rounds; round++) {
    drop(each);
    await sleep(1);
  }
  // Nobody asks for a collection here. Without pressure all 600 000 are still there.
  expect(live() - before).toBeLessThan((rounds * each) / 2);
});

it('an iterator outlives the proxy it came from', async () => {
  const iterator = (python.eval('[1, 2, 3]') as PyProxy)[Symbol.iterator]();
  const { callKwargs } = python.eval('dict') as Record<string, (keywords: object) => unknown>;
  for (let i = 0; i < 3; i++) {
    collect();
    await sleep(10);
  }
  expect(iterator.next().value).toBe(1);
  collect();
  await sleep(10);
  expect([...iterator]).toEqual([2, 3]);
  expect(String(callKwargs?.({ a: 1 }))).toBe("{'a': 1}");
});
