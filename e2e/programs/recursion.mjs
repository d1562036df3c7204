// @ts-check
import assert from 'node:assert/strict';
import { python, PythonError } from 'nogil';

export default function recursion() {
  const json = python.import('json');
  for (const opening of ['[', '{"a":']) {
    assert.throws(
      () => json.loads(opening.repeat(200_000)),
      (error) => error instanceof PythonError && error.type === 'RecursionError',
    );
  }
  assert.throws(
    () => python.run('def endless(): return endless()\nendless()'),
    (error) => error instanceof PythonError && error.type === 'RecursionError',
  );
  assert.equal(json.dumps(json.loads('[1, 2]')), '[1, 2]');
}
