// @ts-check
import assert from 'node:assert/strict';
import { python } from 'nogil';
import { runTogether } from './crew.mjs';
import { leavesNothing } from './environments.mjs';

export default async function workersInSequence() {
  assert.equal(python.eval('1 + 1'), 2);
  await leavesNothing(async () => {
    for (let i = 0; i < 20; i++) {
      assert.deepEqual(await runTogether([`${i} + 1`]), [{ value: i + 1 }]);
    }
  });
}
