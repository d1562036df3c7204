/** NumPy: ufuncs, broadcasting, slices, and arrays whose memory both languages use. */
import assert from 'node:assert/strict';

import { kw, python } from 'nogil';

const np = python.import('numpy');

// Ufuncs and broadcasting, as in "the absolute basics for beginners".
const a = np.arange(15).reshape(3, 5);
assert.deepEqual(a.shape.toJs(), [3, 5]);
assert.equal(a.ndim, 2);
assert.equal(a.dtype.name, 'int64');
assert.deepEqual(
  a
    .sum(kw({ axis: 0 }))
    .tolist()
    .toJs(),
  [15, 18, 21, 24, 27],
);
assert.equal(Number(a.sum()), 105);
assert.equal(Number(np.sqrt(16)), 4);
const column = np.array([10, 20, 30]).reshape(3, 1);
const table = python.op.add(column, np.array([1, 2]));
assert.deepEqual(table.tolist().toJs(), [
  [11, 12],
  [21, 22],
  [31, 32],
]);
assert.deepEqual(np.add.accumulate([1, 2, 3]).tolist().toJs(), [1, 3, 6]);
assert.deepEqual(np.multiply.outer([1, 2], [3, 4]).tolist().toJs(), [
  [3, 4],
  [6, 8],
]);
const product = python.op.matmul(a, np.ones([5, 1]));
assert.deepEqual(product.ravel().tolist().toJs(), [10, 35, 60]);
const [smallest, largest] = [np.min(a), np.max(a)];
assert.deepEqual([Number(smallest), Number(largest)], [0, 14]);

// Slices: as between brackets, or made of parts. They are views, so what is written to them is in `a`.
assert.deepEqual(a.$slice('1:, ::2').tolist().toJs(), [
  [5, 7, 9],
  [10, 12, 14],
]);
const rows = python.op.getitem(a, python.slice(null, null, -2));
assert.deepEqual(rows.$slice(':, 0').tolist().toJs(), [10, 0]);
assert.deepEqual(a[1].tolist().toJs(), [5, 6, 7, 8, 9]);
assert.equal(Number(a[1][2]), 7);
a[0][0] = 100;
assert.equal(Number(a.$slice('0, 0')), 100);
const large = python.op.gt(a, 11);
assert.deepEqual(python.op.getitem(a, large).tolist().toJs(), [100, 12, 13, 14]);
python.op.setitem(a, large, 0);
assert.equal(Number(a.max()), 11);

// NumPy's memory in JavaScript, without a copy.
const samples = np.linspace(0, 1, 5);
{
  using view = samples.getBuffer('f64');
  view.data[4] = 42;
  assert.deepEqual([...view.data], [0, 0.25, 0.5, 0.75, 42]);
}
assert.equal(Number(samples.max()), 42);

// JavaScript's memory in NumPy, without a copy.
const shared = new Float64Array(python.alloc(4 * 8));
const wave = np.asarray(shared);
np.sin(np.arange(4), kw({ out: wave }));
assert.deepEqual([...shared], [0, 1, 2, 3].map(Math.sin));
shared[0] = -1;
assert.equal(Number(wave[0]), -1);

// A JavaScript function for each item, as any Python callable.
const double = np.vectorize((x: number) => x * 2);
assert.deepEqual(double([1, 2, 3]).tolist().toJs(), [2, 4, 6]);

// Its errors are Python's.
assert.throws(() => np.zeros(3).reshape(2, 2), python.errors.ValueError);
