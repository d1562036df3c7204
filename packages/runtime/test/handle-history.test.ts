import { setTimeout as sleep } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

import { describeHandle, HandleError, leakReport, trackHandles } from '@nogil/handles';
import { expect, it } from 'vitest';

import { python, type PyProxy } from '../src/index.js';
import { cellOf } from '../src/proxy/handle-cell.js';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

function handleOf(proxy: object): number {
  return (cellOf(proxy) as { handle: number }).handle;
}

/** An object that claims to be a proxy for `handle`. */
function forged(handle: number): object {
  return { [Symbol.for('nogil/handle/1')]: { handle } };
}

it('a handle that was destroyed is refused with its history', () => {
  const proxy = python.eval('[]') as PyProxy;
  const handle = handleOf(proxy);
  proxy.destroy();
  try {
    python.repr(forged(handle));
    expect.unreachable();
  } catch (error) {
    expect(error).toBeInstanceOf(HandleError);
    expect((error as HandleError).code).toBe('STALE_HANDLE');
    expect((error as HandleError).message).toMatch(/^handle \d+ was released .* \(argument 0\)$/);
    expect((error as HandleError).history.end).toBe('released');
  }
});

it('a handle whose proxy was collected says so', async () => {
  const handle = handleOf(python.eval('object()') as PyProxy);
  while (describeHandle(handle).state === 'live') {
    collect();
    await sleep(10);
  }
  expect(describeHandle(handle)).toMatchObject({ state: 'released', end: 'collected' });
});

it('a leak report shows where a proxy was made', () => {
  trackHandles(true);
  const makesIt = (): PyProxy => python.eval('{}') as PyProxy;
  const proxy = makesIt();
  const found = leakReport().find(({ handle }) => handle === handleOf(proxy));
  expect(found).toMatchObject({ type: 'dict' });
  expect(found?.stack).toMatch(/makesIt/);
  proxy.destroy();
  expect(leakReport().filter(({ type }) => type === 'dict')).toEqual([]);
  trackHandles(false);
});
