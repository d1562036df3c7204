import { loadCore } from '@nogil/abi';
import { afterEach, describe, expect, it } from 'vitest';

import { bufferSwitches } from '../src/buffers/switches.js';
import { type PyAny, python, type PyBuffer, type PyProxy } from '../src/index.js';

const code = (error: string): Error => expect.objectContaining({ code: error }) as Error;
const exports = (): number => loadCore().bufferStatistics().exports;

/** Runs statements and gives back what the last line evaluates to. */
const value = (source: string): PyAny => python.run(source);

python.run('import array, ctypes, mmap');

describe('a view of Python’s memory', () => {
  it('is the memory itself', () => {
    using array = value('data = bytearray(b"abc"); data') as PyProxy;
    using buffer = array.getBuffer('u8');
    expect(buffer.data).toEqual(Uint8Array.of(97, 98, 99));
    expect(buffer.copied).toBe(false);
    buffer.data[0] = 65;
    expect(python.eval('data[0]')).toBe(65);
    python.run('data[2] = 67');
    expect(buffer.data[2]).toBe(67);
  });

  it.each([
    ['bytearray(2)', 'B', 'Uint8Array', 2],
    ['memoryview(bytearray(4))[1:3]', 'B', 'Uint8Array', 2],
    ['array.array("b", [1])', 'b', 'Int8Array', 1],
    ['array.array("h", [1, 2])', 'h', 'Int16Array', 2],
    ['array.array("H", [1])', 'H', 'Uint16Array', 1],
    ['array.array("i", [1])', 'i', 'Int32Array', 1],
    ['array.array("I", [1])', 'I', 'Uint32Array', 1],
    ['array.array("q", [1])', 'q', 'BigInt64Array', 1],
    ['array.array("Q", [1])', 'Q', 'BigUint64Array', 1],
    ['array.array("f", [1])', 'f', 'Float32Array', 1],
    ['array.array("d", [1])', 'd', 'Float64Array', 1],
    ['memoryview(bytearray(2)).cast("?")', '?', 'Uint8Array', 2],
    ['memoryview(bytearray(2)).cast("c")', 'c', 'Uint8Array', 2],
    ['(ctypes.c_double * 3)()', '<d', 'Float64Array', 3],
    ['mmap.mmap(-1, 4096)', 'B', 'Uint8Array', 4096],
  ])('of %s is a typed array for %s', (expression, format, name, length) => {
    using object = value(expression) as PyProxy;
    using buffer = object.getBuffer();
    expect(buffer.format).toBe(format);
    expect(buffer.data.constructor.name).toBe(name);
    expect((buffer.data as Uint8Array).length).toBe(length);
    expect(buffer.copied).toBe(false);
  });

  it('of a long follows the size that it has here', () => {
    using buffer = (value('array.array("l", [1, -2])') as PyProxy).getBuffer();
    expect(buffer.data.constructor.name).toBe(
      buffer.itemsize === 8 ? 'BigInt64Array' : 'Int32Array',
    );
    expect(Number((buffer.data as BigInt64Array)[1])).toBe(-2);
  });

  it('says how its items lie', () => {
    using buffer = (
      value('memoryview(bytearray(range(12))).cast("B", [3, 4])') as PyProxy
    ).getBuffer();
    expect(buffer).toMatchObject({
      shape: [3, 4],
      strides: [4, 1],
      offset: 0,
      ndim: 2,
      itemsize: 1,
      nbytes: 12,
      readonly: false,
      cContiguous: true,
      fContiguous: false,
    });
  });

  it('has an offset and strides where items are not contiguous', () => {
    using buffer = (
      value('steps = bytearray(range(10)); memoryview(steps)[8:1:-3]') as PyProxy
    ).getBuffer();
    const { data, shape, strides, offset } = buffer as PyBuffer<Uint8Array>;
    expect({ shape, strides, offset }).toEqual({ shape: [3], strides: [-3], offset: 6 });
    const items = Array.from({ length: 3 }, (_, i) => data[offset + i * (strides[0] as number)]);
    expect(items).toEqual([8, 5, 2]);
    data[offset] = 99;
    expect(python.eval('steps[8]')).toBe(99);
  });

  it('becomes contiguous as a copy', () => {
    using buffer = (value('memoryview(bytearray(range(10)))[8:1:-3]') as PyProxy).getBuffer({
      copy: true,
    });
    expect(buffer.data).toEqual(Uint8Array.of(8, 5, 2));
    expect(buffer).toMatchObject({ copied: true, strides: [1], offset: 0, cContiguous: true });
  });

  it.each(['b""', 'bytearray()', 'array.array("d")', 'memoryview(b"abc")[:0]'])(
    'of no items is empty and holds nothing: %s',
    (expression) => {
      const before = exports();
      const buffer = (value(expression) as PyProxy).getBuffer();
      expect((buffer.data as Uint8Array).length).toBe(0);
      expect(buffer.nbytes).toBe(0);
      expect(exports()).toBe(before);
    },
  );

  it('of no dimensions has one item', () => {
    using buffer = (
      value(
        '(ctypes.c_int32 * 1).from_buffer(number := ctypes.c_int32(7)), memoryview(number)',
      )[1] as PyProxy
    ).getBuffer();
    expect(buffer).toMatchObject({ ndim: 0, shape: [], strides: [], offset: 0 });
    expect([...(buffer.data as Int32Array)]).toEqual([7]);
  });
});

describe('memory that is read-only in Python', () => {
  it('is copied', () => {
    using object = value('constant = b"abc"; constant') as PyProxy;
    const buffer = object.getBuffer();
    expect(buffer).toMatchObject({ readonly: true, copied: true });
    (buffer.data as Uint8Array)[0] = 0;
    expect(python.eval('constant[0]')).toBe(97);
  });

  it('is a view for those who say what they do', () => {
    using object = value('memoryview(bytearray(b"abc")).toreadonly()') as PyProxy;
    using buffer = object.getBuffer({ unsafeWritable: true });
    expect(buffer).toMatchObject({ readonly: true, copied: false });
    (buffer.data as Uint8Array)[0] = 7;
    expect(object[0]).toBe(7);
  });
});

describe('the type that is asked for', () => {
  it('is taken for items of the same size', () => {
    using floats = (value('bits = array.array("f", [1.5]); bits') as PyProxy).getBuffer('u32');
    expect(floats.data).toEqual(Uint32Array.of(0x3fc00000));
    using clamped = (value('bytearray(1)') as PyProxy).getBuffer('u8clamped');
    clamped.data[0] = 300;
    expect(clamped.data[0]).toBe(255);
  });

  it('divides contiguous memory anew', () => {
    using buffer = (value('bytearray(range(8))') as PyProxy).getBuffer('u16');
    expect(buffer.shape).toEqual([4]);
    expect(buffer.data[1]).toBe(0x0302);
  });

  it('is refused where the memory cannot be divided so', () => {
    expect(() => (value('bytearray(7)') as PyProxy).getBuffer('u16')).toThrow(
      code('UNSUPPORTED_VALUE'),
    );
    expect(() => (value('memoryview(bytearray(9))[::2]') as PyProxy).getBuffer('u16')).toThrow(
      /copy: true/,
    );
  });

  it('is refused where the items begin at an address that no typed array has', () => {
    using odd = value('(ctypes.c_double * 2).from_buffer(bytearray(17), 1)') as PyProxy;
    expect(() => odd.getBuffer()).toThrow(/copy: true/);
    expect(odd.getBuffer({ copy: true }).data).toEqual(Float64Array.of(0, 0));
  });

  it('is one of those there are', () => {
    // @ts-expect-error: no such type
    expect(() => (value('bytearray(7)') as PyProxy).getBuffer('f8')).toThrow(/u8clamped/);
  });

  it('can be a DataView, in bytes', () => {
    using buffer = (value('memoryview(array.array("i", [1, 2, 3]))[::-1]') as PyProxy).getBuffer(
      'dataview',
    );
    expect(buffer).toMatchObject({ strides: [-4], offset: 8 });
    expect(buffer.data.getInt32(buffer.offset, true)).toBe(3);
  });
});

describe('items that no typed array has', () => {
  it.each([
    ['(ctypes.c_uint32.__ctype_be__ * 2)()', /byte order/],
    ['(ctypes.c_longdouble * 2)()', /long double/],
    [
      '(type("P", (ctypes.Structure,), {"_fields_": [("a", ctypes.c_int), ("b", ctypes.c_char)]}) * 2)()',
      /records/,
    ],
  ])('are refused with advice, and can be read as bytes: %s', (expression, message) => {
    const before = exports();
    using object = value(expression) as PyProxy;
    expect(() => object.getBuffer()).toThrow(message);
    expect(exports()).toBe(before);
    using buffer = object.getBuffer('dataview');
    expect(buffer.data.byteLength).toBe(buffer.nbytes);
  });

  it('are refused altogether when they are references', () => {
    using object = value('(ctypes.py_object * 2)()') as PyProxy;
    for (const type of ['dataview', 'u64'] as const) {
      expect(() => object.getBuffer(type, { copy: true })).toThrow(/references to Python objects/);
    }
  });

  it('and objects without a buffer say so in Python’s words', () => {
    expect(() => (value('[1, 2]') as PyProxy).getBuffer()).toThrow(
      expect.objectContaining({ type: 'TypeError' }) as Error,
    );
  });
});

describe('while JavaScript has a view', () => {
  it('a bytearray cannot grow; afterwards it can', () => {
    using array = value('grows = bytearray(4); grows') as PyProxy;
    const buffer = array.getBuffer();
    expect(() => python.run('grows.append(1)')).toThrow(
      expect.objectContaining({ type: 'BufferError' }) as Error,
    );
    buffer.release();
    expect(python.run('grows.append(1); len(grows)')).toBe(5);
  });

  it('destroying the proxy does not matter', () => {
    const array = value('bytearray(b"abc")') as PyProxy;
    const buffer = array.getBuffer();
    array.destroy();
    python.run('import gc; gc.collect()');
    expect(buffer.data).toEqual(Uint8Array.of(97, 98, 99));
    buffer.release();
  });

  it('the same memory can be seen twice, and each view ends alone', () => {
    using array = value('bytearray(3)') as PyProxy;
    const first = array.getBuffer();
    const second = array.getBuffer();
    (first.data as Uint8Array)[0] = 5;
    first.release();
    expect((second.data as Uint8Array)[0]).toBe(5);
    second.release();
  });
});

describe('after release()', () => {
  it('the views are empty, and the buffer says why', () => {
    const before = exports();
    using array = value('bytearray(b"abc")') as PyProxy;
    const buffer = array.getBuffer();
    const view = buffer.data as Uint8Array;
    const part = view.subarray(1);
    buffer.release();
    buffer.release();
    expect(exports()).toBe(before);
    expect([view.length, part.length, view[0]]).toEqual([0, 0, undefined]);
    view[0] = 1;
    expect(buffer.released).toBe(true);
    expect(() => buffer.data).toThrow(code('STALE_HANDLE'));
    expect(() => python.repr(view)).toThrow(/detached/);
    expect(array[0]).toBe(97);
  });

  it('a `using` block is the same', () => {
    let view: Uint8Array;
    {
      using buffer = (value('bytearray(3)') as PyProxy).getBuffer('u8');
      view = buffer.data;
      expect(view.length).toBe(3);
    }
    expect(view.length).toBe(0);
  });

  it('memory that somebody transferred stays with whoever has it', () => {
    const { transfer } = ArrayBuffer.prototype as { transfer?: (this: ArrayBuffer) => ArrayBuffer };
    if (transfer === undefined) return; // this host has no way to
    using array = value('moved = bytearray(b"abc"); moved') as PyProxy;
    const buffer = array.getBuffer('u8');
    const moved = new Uint8Array(transfer.call(buffer.data.buffer as ArrayBuffer));
    buffer.release();
    expect([...moved]).toEqual([97, 98, 99]);
    expect(() => python.run('moved.append(1)')).toThrow(/re-sized/);
  });
});

describe('a host that takes no memory but its own', () => {
  afterEach(() => {
    bufferSwitches.external = true;
  });

  it('gets copies, and says so', () => {
    bufferSwitches.external = false;
    using array = value('apart = bytearray(b"abc"); apart') as PyProxy;
    using buffer = array.getBuffer('u8');
    expect(buffer.copied).toBe(true);
    buffer.data[0] = 1;
    expect(python.run('apart.append(1); apart[0]')).toBe(97);
    expect(python.alloc(8)).toBeInstanceOf(SharedArrayBuffer);
  });
});

it('a failing export leaves nothing behind', () => {
  const before = exports();
  for (let i = 0; i < 100; i++) {
    expect(() => (value('bytearray(7)') as PyProxy).getBuffer('f64')).toThrow();
  }
  expect(exports()).toBe(before);
});
