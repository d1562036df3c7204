// @ts-check
import assert from 'node:assert/strict';
import { loadCore } from '@nogil/abi';
import { python } from 'nogil';
import { answerOf, startMember } from './crew.mjs';
import { leavesNothing } from './environments.mjs';

export default async function terminateIdle() {
  assert.equal(python.eval('1 + 1'), 2);
  await leavesNothing(async () => {
    const before = loadCore().statistics().environments;
    const worker = startMember({ source: 'import json; json.dumps([1])', stay: true });
    assert.equal((await answerOf(worker)).value, '[1]');
    assert.equal(loadCore().statistics().environments, before + 1);
    await worker.terminate();
  });
  assert.equal(python.eval('1 + 1'), 2);
}
