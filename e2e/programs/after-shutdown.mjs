// @ts-check
import assert from 'node:assert/strict';
import { NogilError, python } from 'nogil';
import { answerOf, runTogether, startMember } from './crew.mjs';
import { leaveTraces } from './traces.mjs';

/** @param {unknown} error */
function isShutDown(error) {
  return error instanceof NogilError && error.code === 'PYTHON_SHUT_DOWN';
}

export default async function afterShutdown() {
  leaveTraces();
  const json = python.import('json');
  const early = startMember({ source: '1', stay: true });
  assert.deepEqual(await answerOf(early), { value: 1 });

  assert.equal(python.shutdown(), true);
  assert.equal(python.shutdown(), true, 'a second time is fine');

  assert.throws(() => python.eval('1'), isShutDown);
  assert.throws(() => python.import('json'), isShutDown);
  assert.throws(() => python.start(), isShutDown);
  assert.throws(() => json.dumps([1]), isShutDown);
  assert.throws(() => `${json}`, isShutDown);
  json.destroy();

  early.postMessage('again');
  assert.equal((await answerOf(early)).code, 'PYTHON_SHUT_DOWN');
  await early.terminate();
  const [late] = await runTogether(['1']);
  assert.equal(late?.code, 'PYTHON_SHUT_DOWN');
}
