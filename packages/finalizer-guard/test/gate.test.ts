import { Worker } from 'node:worker_threads';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { join } from 'node:path';

import { afterEach, expect, it } from 'vitest';

import { NogilError, openGate, pythonGateStatistics } from '../src/index.js';

const built = createRequire(import.meta.url).resolve(
  join(import.meta.dirname, '..', 'dist/index.cjs'),
);

const workers: Worker[] = [];
afterEach(async () => {
  await Promise.all(workers.splice(0).map((worker) => worker.terminate()));
});

/** A worker that runs `body` with `openGate` and `port` in scope; answers once it has said `ready`. */
async function start(body: string): Promise<Worker> {
  const worker = new Worker(
    `const { parentPort: port } = require('node:worker_threads');
     const { openGate } = require(${JSON.stringify(built)});
     ${body}`,
    { eval: true },
  );
  workers.push(worker);
  const [said] = (await once(worker, 'message')) as unknown[];
  expect(said).toBe('ready');
  return worker;
}

function codeOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    if (error instanceof NogilError) return error.code;
    throw error;
  }
  return 'nothing was thrown';
}

it('a gate needs no Python, and lets in until it is closed', () => {
  const gate = openGate('plain');
  expect(gate.state).toBe('running');
  expect(gate.enter()).toBe(true);
  gate.leave();
  expect(gate.close()).toEqual({ drained: true, leaked: 0 });
  expect(gate.state).toBe('closed');
  expect(gate.enter()).toBe(false);
  expect(gate.statistics()).toMatchObject({ entered: 1, refused: 1, leaked: 0, passes: 1 });
  expect(gate.close()).toEqual({ drained: true, leaked: 0 });
});

it('one name is one gate on a thread', () => {
  expect(openGate('same')).toBe(openGate('same'));
  expect(openGate('same')).not.toBe(openGate('other'));
});

it('going in nests, and only the last one out leaves', () => {
  const gate = openGate('nested');
  expect(gate.enter() && gate.enter()).toBe(true);
  gate.leave();
  expect(gate.statistics().inside).toBe(1);
  gate.leave();
  expect(gate.statistics()).toMatchObject({ inside: 0, entered: 1 });
  expect(
    codeOf(() => {
      gate.leave();
    }),
  ).toBe('INVALID_ARGUMENT');
});

it('run leaves when its body throws, and refuses once it is too late', () => {
  const gate = openGate('run');
  expect(gate.run(() => 41 + 1)).toBe(42);
  expect(() =>
    gate.run(() => {
      throw new RangeError('on purpose');
    }),
  ).toThrow(RangeError);
  expect(gate.isInside).toBe(false);
  gate.close();
  expect(codeOf(() => gate.run(() => 1))).toBe('GATE_CLOSED');
});

it('run stays inside until a promise is settled', async () => {
  const gate = openGate('asynchronous');
  let settle = (): void => undefined;
  const running = gate.run(
    () =>
      new Promise<void>((resolve) => {
        settle = resolve;
      }),
  );
  expect(gate.isInside).toBe(true);
  settle();
  await running;
  expect(gate.isInside).toBe(false);
  await expect(gate.run(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(gate.isInside).toBe(false);
});

it('whoever is inside cannot close', () => {
  const gate = openGate('own');
  expect(gate.run(() => codeOf(() => gate.close()))).toBe('INVALID_ARGUMENT');
  expect(gate.state).toBe('running');
});

it('a bound that makes no sense is refused before the gate is touched', () => {
  const gate = openGate('bounds');
  for (const boundMs of [-1, 0.5, Number.NaN, 600_001]) {
    expect(codeOf(() => gate.close({ boundMs }))).toBe('INVALID_ARGUMENT');
  }
  expect(gate.state).toBe('running');
});

it('names are short and not empty', () => {
  expect(codeOf(() => openGate(''))).toBe('INVALID_ARGUMENT');
  // Or two names would be one gate.
  expect(codeOf(() => openGate('\ud800'))).toBe('INVALID_ARGUMENT');
  expect(codeOf(() => openGate('x'.repeat(256)))).toBe('INVALID_ARGUMENT');
  expect(openGate('x'.repeat(255)).enter()).toBe(true);
});

it('closing waits for a worker that is inside', async () => {
  const gate = openGate('waited for');
  await start(`
    const gate = openGate('waited for');
    gate.run(() => {
      port.postMessage('ready');
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 300);
    });`);
  const begin = performance.now();
  expect(gate.close()).toEqual({ drained: true, leaked: 0 });
  expect(performance.now() - begin).toBeGreaterThan(100);
});

it('closing gives up a worker that stays, and tells how many', async () => {
  const gate = openGate('stays');
  await start(`openGate('stays').enter(); port.postMessage('ready'); setInterval(() => {}, 1000)`);
  expect(gate.close({ boundMs: 50 })).toEqual({ drained: false, leaked: 1 });
  expect(gate.statistics()).toMatchObject({ state: 'closed', leaked: 1 });
});

it('a worker that is terminated inside leaves', async () => {
  const gate = openGate('terminated');
  const worker = await start(
    `openGate('terminated').enter(); port.postMessage('ready'); for (;;);`,
  );
  expect(gate.statistics()).toMatchObject({ inside: 1, passes: 2 });
  await worker.terminate();
  expect(gate.statistics()).toMatchObject({ inside: 0, passes: 1 });
  expect(gate.close()).toEqual({ drained: true, leaked: 0 });
});

it('a gate that one thread closed is closed on all', async () => {
  const gate = openGate('everywhere');
  const worker = await start(`
    const gate = openGate('everywhere');
    port.once('message', () => {
      gate.close();
      port.postMessage('closed');
    });
    port.postMessage('ready');`);
  worker.postMessage('close');
  await once(worker, 'message');
  expect(gate.enter()).toBe(false);
});

it('the gate of Python can be looked at, before there is any', () => {
  expect(pythonGateStatistics()).toMatchObject({ inside: 0, leaked: 0 });
});
