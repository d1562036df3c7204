// @ts-check
import assert from 'node:assert/strict';
import { python } from 'nogil';
import { runTogether } from './crew.mjs';
import { leavesNothing } from './environments.mjs';

export default async function workersAtOnce() {
  assert.equal(python.eval('1 + 1'), 2);
  await leavesNothing(async () => {
    const numbers = Array.from({ length: 20 }, (_, i) => i);
    assert.deepEqual(
      await runTogether(numbers.map((i) => `sum(range(${i} + 1))`)),
      numbers.map((i) => ({ value: (i * (i + 1)) / 2 })),
    );
  });
}
