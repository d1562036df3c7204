import { describe, expect, it } from 'vitest';

import { type PyAny, python, type PyProxy } from '../src/index.js';

/** NumPy, where the Python that runs has it. */
function findNumpy(): PyAny {
  try {
    return python.import('numpy');
  } catch (error) {
    if (String(error).includes('ModuleNotFoundError')) return undefined;
    throw error;
  }
}

const numpy = findNumpy();
const found = numpy !== undefined;
if (found) python.run('import numpy as np');

type Function<Result> = (...values: unknown[]) => Result;
const isShared = (): Function<boolean> =>
  python.eval(
    'lambda array, x: np.shares_memory(array, np.asarray(memoryview(x)))',
  ) as Function<boolean>;

describe.skipIf(!found)('NumPy (skipped where it is not installed)', () => {
  it.each([
    [Float64Array, 'float64'],
    [Float32Array, 'float32'],
    [Int8Array, 'int8'],
    [Uint8Array, 'uint8'],
    [Uint8ClampedArray, 'uint8'],
    [Int16Array, 'int16'],
    [Uint16Array, 'uint16'],
    [Int32Array, 'int32'],
    [Uint32Array, 'uint32'],
    [BigInt64Array, 'int64'],
    [BigUint64Array, 'uint64'],
  ])('takes a %o without a copy', (constructor, dtype) => {
    const value = new constructor(python.alloc(64) as ArrayBuffer, 0, 4);
    using array = python.eval('lambda x: np.asarray(x)')(value) as PyProxy;
    expect(String(array.dtype)).toBe(dtype);
    expect(isShared()(array, value)).toBe(true);
    (python.eval('lambda a: a.fill(7)') as Function<null>)(array);
    expect(Number(value[3])).toBe(7);
    expect(
      (python.eval('lambda x: np.frombuffer(x, "u1").nbytes') as Function<number>)(value),
    ).toBe(value.byteLength);
  });

  it('gives its arrays without a copy, whatever their layout', () => {
    python.run('grid = np.arange(12.0).reshape(3, 4)');
    using grid = python.eval('grid') as PyProxy;
    using plain = grid.getBuffer('f64');
    expect(plain).toMatchObject({ shape: [3, 4], strides: [4, 1], cContiguous: true });
    plain.data[5] = 55;
    expect(python.eval('float(grid[1, 1])')).toBe(55);

    using fortran = (python.eval('np.asfortranarray(grid)') as PyProxy).getBuffer('f64');
    expect(fortran).toMatchObject({ strides: [1, 3], cContiguous: false, fContiguous: true });

    using back = (python.eval('grid[::-1, ::2]') as PyProxy).getBuffer('f64');
    expect(back).toMatchObject({ shape: [3, 2], strides: [-4, 2], offset: 8 });
    const item = (i: number, j: number): unknown =>
      back.data[back.offset + i * (back.strides[0] ?? 0) + j * (back.strides[1] ?? 0)];
    expect([item(0, 0), item(2, 1)]).toEqual([8, 2]);
  });

  it('copies what is not contiguous in C order, on request', () => {
    using copy = (
      python.eval('np.asfortranarray(np.arange(6).reshape(2, 3))') as PyProxy
    ).getBuffer({
      copy: true,
    });
    expect(copy.data).toEqual(BigInt64Array.of(0n, 1n, 2n, 3n, 4n, 5n));
  });

  it.each([
    ['np.zeros(0)', [0], [1]],
    ['np.array(5.0)', [], []],
    ['np.zeros((2, 0, 3))', [2, 0, 3], undefined],
    ['np.zeros((1, 3))[:, ::2]', [1, 2], undefined],
    ['np.broadcast_to(np.arange(3.0), (2, 3))', [2, 3], undefined],
  ])('of any shape: %s', (expression, shape, strides) => {
    using buffer = (python.eval(expression) as PyProxy).getBuffer('f64');
    expect(buffer.shape).toEqual(shape);
    if (strides !== undefined) expect(buffer.strides).toEqual(strides);
  });

  it.each([
    ['np.zeros(2, "f2")', /float16.*u16/],
    ['np.zeros(2, ">i4")', /byte order/],
    ['np.zeros(2, "c16")', /complex.*view/],
    ['np.zeros(2, [("a", "i4"), ("b", "f8")])', /records/],
    ['np.zeros(2, "S3")', /records or strings/],
    ['np.zeros(2, "g")', /long double/],
    ['np.zeros(2, object)', /references to Python objects/],
    ['np.zeros(2, [("a", object)])', /references|records/],
  ])('says what to do about %s', (expression, message) => {
    expect(() => (python.eval(expression) as PyProxy).getBuffer()).toThrow(message);
  });

  it('has fields that lie where no typed array could have them', () => {
    python.run('records = np.zeros(3, [("a", "i1"), ("b", "<f8")])');
    using field = python.eval('records["b"]') as PyProxy;
    expect(() => field.getBuffer()).toThrow(/copy: true/);
    using view = field.getBuffer('dataview');
    view.data.setFloat64(view.offset + (view.strides[0] ?? 0), 2.5, true);
    expect(python.eval('float(records["b"][1])')).toBe(2.5);
  });

  it('reads float16 as bits', () => {
    using bits = (python.eval('np.array([1.5], "f2")') as PyProxy).getBuffer('u16');
    expect(bits.data[0]).toBe(0x3e00);
  });

  it('is read-only where Python’s array is', () => {
    python.run('frozen = np.arange(3); frozen.flags.writeable = False');
    expect((python.eval('frozen') as PyProxy).getBuffer()).toMatchObject({
      readonly: true,
      copied: true,
    });
  });

  it('cannot be resized while JavaScript has a view', () => {
    python.run('small = np.zeros(3)');
    using buffer = (python.eval('small') as PyProxy).getBuffer('f64');
    expect(() => python.run('small.resize(100)')).toThrow(/resize/);
    expect(buffer.data.length).toBe(3);
  });

  it('takes part in DLPack', () => {
    const value = new Float32Array(python.alloc(16));
    using array = (python.eval('lambda x: np.from_dlpack(x)') as Function<PyProxy>)(value);
    value[2] = 9;
    expect((python.eval('lambda a: float(a[2])') as Function<number>)(array)).toBe(9);
    expect(isShared()(array, value)).toBe(true);
  });

  it('keeps DLPack’s memory when everything else is gone', () => {
    python.run('tensors = []');
    const take = python.eval('lambda x: tensors.append(np.from_dlpack(x))') as Function<null>;
    for (let i = 0; i < 50; i++) take(new Float64Array(python.alloc(1 << 16)).fill(i));
    python.run('import gc; gc.collect()');
    expect(python.eval('all(float(t[-1]) == i for i, t in enumerate(tensors))')).toBe(true);
    python.run('tensors.clear()');
  });
});

const TENSOR = `
class Tensor:
    """As PyTorch's: DLPack, and no buffer protocol."""
    def __init__(self, array):
        self.array = array
    def __dlpack__(self, **options):
        return self.array.__dlpack__(**options)
    def __dlpack_device__(self):
        return self.array.__dlpack_device__()
`;

describe.skipIf(!found)(
  'a tensor with __dlpack__ alone (skipped where NumPy is not installed)',
  () => {
    python.run(TENSOR);

    it('is read without a copy', () => {
      using tensor = python.eval('Tensor(np.arange(6.0).reshape(2, 3))') as PyProxy;
      using buffer = tensor.getBuffer('f64');
      expect(buffer.shape).toEqual([2, 3]);
      expect([...buffer.data]).toEqual([0, 1, 2, 3, 4, 5]);
      expect(buffer.copied).toBe(false);
      python.eval('lambda t: t.array.__setitem__((0, 0), 7)')(tensor);
      expect(buffer.data[0]).toBe(7);
    });

    it('keeps its memory after the proxy is destroyed', () => {
      const tensor = python.eval('Tensor(np.ones(1000))') as PyProxy;
      using buffer = tensor.getBuffer('f64');
      tensor.destroy();
      python.run('import gc; gc.collect(); junk = [np.zeros(1000) for _ in range(100)]; del junk');
      expect(buffer.data.every((item) => item === 1)).toBe(true);
    });

    it('may be strided', () => {
      using tensor = python.eval('Tensor(np.arange(10)[::3])') as PyProxy;
      using buffer = tensor.getBuffer('i64');
      expect(buffer.shape).toEqual([4]);
      expect(buffer.strides).toEqual([3]);
    });

    it('of another device is refused by NumPy', () => {
      python.run(`
class Remote(Tensor):
    def __dlpack_device__(self):
        return (2, 0)
    def __dlpack__(self, **options):
        raise BufferError("on a GPU")
`);
      using tensor = python.eval('Remote(np.ones(1))') as PyProxy;
      expect(() => tensor.getBuffer()).toThrow(/unsupported|GPU|device/i);
    });
  },
);

describe.skipIf(found)('a tensor with __dlpack__ alone, without NumPy', () => {
  it('says what to install', () => {
    python.run(`
class Lonely:
    def __dlpack__(self, **options):
        raise AssertionError("asked too early")
`);
    using tensor = python.eval('Lonely()') as PyProxy;
    expect(() => tensor.getBuffer()).toThrow(/install numpy/);
  });
});
