// @ts-check
import assert from 'node:assert/strict';
import { python } from 'nogil';
import { runTogether } from './crew.mjs';

/** A barrier that only opens while both workers are inside Python. */
const SOURCE = `
import sys
sys.meeting.wait(60)
def fibonacci(n):
    return n if n < 2 else fibonacci(n - 1) + fibonacci(n - 2)
result = fibonacci(20)
sys.meeting.wait(60)
`;

export default async function parallel() {
  python.run('import sys, threading; sys.meeting = threading.Barrier(2)');
  const source = `exec(${JSON.stringify(SOURCE)}, scope := {}); scope['result']`;
  assert.deepEqual(await runTogether([source, source]), [{ value: 6765 }, { value: 6765 }]);
}
