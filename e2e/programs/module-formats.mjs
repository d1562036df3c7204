// @ts-check
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { loadCore } from '@nogil/abi';
import * as esm from 'nogil';

export default function moduleFormats() {
  /** @type {typeof esm} */
  const cjs = createRequire(import.meta.url)('nogil');
  const before = loadCore().statistics().environments;
  const list = esm.python.eval('[3, 1, 2]');
  const sorted = cjs.python.eval('sorted');
  assert.equal(loadCore().statistics().environments, before + 1);
  assert.equal(esm.python.repr(sorted(list)), '[1, 2, 3]');
  assert.equal(cjs.python.repr(list), '[3, 1, 2]');
  assert.equal(cjs.python.getattr(list, '__class__').__name__, 'list');
  const same = esm.python.eval('lambda a, b: a is b');
  assert.equal(same(list, cjs.python.eval('lambda x: x')(list)), true);
}
