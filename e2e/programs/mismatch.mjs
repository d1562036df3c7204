// @ts-check
import assert from 'node:assert/strict';
import { NogilError, python } from 'nogil';
import { makeVirtualEnvironment } from './virtual-environment.mjs';

export default function mismatch() {
  const first = python.start().executable;
  const second = makeVirtualEnvironment();
  assert.throws(
    () => python.start({ executable: second }),
    (error) =>
      error instanceof NogilError &&
      error.code === 'PYTHON_MISMATCH' &&
      error.message.includes(first) &&
      error.message.includes(second),
  );
  assert.equal(python.start({ executable: first }).executable, first);
  assert.equal(python.eval('1 + 1'), 2);
}
