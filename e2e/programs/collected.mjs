// @ts-check
import assert from 'node:assert/strict';
import { setImmediate } from 'node:timers/promises';
import { loadCore } from '@nogil/abi';
import { python } from 'nogil';

const COUNT = 2000;

function makeAndDrop() {
  const object = python.import('builtins').object;
  const kept = Array.from({ length: COUNT }, () => object());
  assert.ok(loadCore().statistics().handlesLive >= COUNT);
  assert.equal(kept.length, COUNT);
}

/**
 * What collects garbage now: Node's under --expose-gc; Bun's own, as its workers do not get that option.
 * @returns {() => void}
 */
function collector() {
  /** @type {typeof globalThis & { Bun?: { gc: (force: boolean) => void } }} */
  const { gc, Bun } = globalThis;
  if (Bun !== undefined) return () => Bun.gc(true);
  assert.ok(gc, 'needs --expose-gc');
  return gc;
}

export default async function collected() {
  const collect = collector();
  makeAndDrop();
  // The process's deadline is the bound; a proxy that is never collected never lets this end.
  while (loadCore().statistics().handlesLive > COUNT / 10) {
    collect();
    await setImmediate();
  }
  assert.equal(python.eval('1 + 1'), 2);
}
