// @ts-check
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { python } from 'nogil';
import { COMPUTE } from './busy.mjs';
import { startMember } from './crew.mjs';
import { INSIDE, until } from './ending.mjs';
import { leavesNothing } from './environments.mjs';

export default async function terminateComputing() {
  assert.equal(python.eval('1 + 1'), 2);
  await leavesNothing(async () => {
    const worker = startMember({ source: COMPUTE });
    await until(() => existsSync(INSIDE));
    await worker.terminate();
  });
  assert.equal(python.eval('1 + 1'), 2);
}
