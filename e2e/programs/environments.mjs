// @ts-check
import assert from 'node:assert/strict';
import { loadCore } from '@nogil/abi';
import { until } from './ending.mjs';

/**
 * Checks that the environments and handles of workers that have ended are gone.
 *
 * @param {() => Promise<void>} work - starts and ends workers; does not use Python itself
 */
export async function leavesNothing(work) {
  const core = loadCore();
  const before = core.statistics();
  await work();
  // Deno says that a worker has ended before its thread has run the clean-up hooks (e2e/README.md).
  if ('Deno' in globalThis) {
    await until(() => core.statistics().environments <= before.environments);
  }
  const after = core.statistics();
  assert.equal(after.environments, before.environments, 'environments');
  assert.equal(after.handlesLive, before.handlesLive, 'live handles');
  assert.equal(after.handlesLeaked, before.handlesLeaked, 'leaked handles');
}
