import { setTimeout as sleep } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

import { loadCore } from '@nogil/abi';
import { beforeAll, describe, expect, it } from 'vitest';

import { environment } from '../src/environment.js';
import { copyBuffer } from '../src/buffers/copy.js';
import { cellOf } from '../src/proxy/handle-cell.js';
import { Handle } from '../src/frame/crossing.js';
import { type PyAny, python, type PyProxy } from '../src/index.js';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

type Function<Result> = (value: unknown) => Result;
const identity = python.eval('lambda value: value') as Function<PyAny>;
const facts = python.eval(
  'lambda x: (lambda m: "%s %s %d %s" % (m.format, m.nbytes, m.ndim, m.shape))(memoryview(x))',
) as Function<string>;
const mode = python.eval('lambda x: x.mode') as Function<string>;
const isReadOnly = python.eval('lambda x: memoryview(x).readonly') as Function<boolean>;
const items = python.eval('lambda x: repr(list(x))') as Function<string>;
const write = python.run('def write(x, i, v): memoryview(x)[i] = v\nwrite') as (
  value: unknown,
  index: number,
  item: unknown,
) => void;
const hold = python.run(
  'held = []\ndef hold(x): held.append(memoryview(x))\nhold',
) as Function<null>;
const letGo = (): void => {
  python.run('held.clear()');
};

// The language's, which the library that this is compiled with does not know yet.
type Sized<Buffer> = new (size: number, options: { maxByteLength: number }) => Buffer;
const resizable = (size: number, maxByteLength: number): ArrayBuffer =>
  new (ArrayBuffer as unknown as Sized<ArrayBuffer>)(size, { maxByteLength });
const growable = (size: number, maxByteLength: number): SharedArrayBuffer =>
  new (SharedArrayBuffer as unknown as Sized<SharedArrayBuffer>)(size, { maxByteLength });

interface WasmMemory {
  readonly buffer: ArrayBuffer;
  grow(pages: number): number;
}
const wasm = (
  globalThis as unknown as {
    WebAssembly: { Memory: new (options: { initial: number; maximum: number }) => WasmMemory };
  }
).WebAssembly;
const wasmMemory = (maximum: number): WasmMemory => new wasm.Memory({ initial: 1, maximum });

/** What this host does with an ArrayBuffer, found out without the code that is tested. */
let hostMode: 'pinned' | 'copied';
beforeAll(() => {
  const major = Number(process.versions.node.split('.')[0]);
  hostMode = major >= 24 && process.versions.bun === undefined ? 'pinned' : 'copied';
});

describe('a typed array is an object with the buffer protocol', () => {
  it.each([
    [Int8Array.of(-1, 2), 'b 2 1 (2,)'],
    [Uint8Array.of(1, 2, 3), 'B 3 1 (3,)'],
    [Uint8ClampedArray.of(1), 'B 1 1 (1,)'],
    [Int16Array.of(1, 2), 'h 4 1 (2,)'],
    [Uint16Array.of(1), 'H 2 1 (1,)'],
    [Int32Array.of(1), 'i 4 1 (1,)'],
    [Uint32Array.of(1), 'I 4 1 (1,)'],
    [BigInt64Array.of(1n), 'q 8 1 (1,)'],
    [BigUint64Array.of(1n), 'Q 8 1 (1,)'],
    [Float32Array.of(1), 'f 4 1 (1,)'],
    [Float64Array.of(1, 2), 'd 16 1 (2,)'],
    [new ArrayBuffer(5), 'B 5 1 (5,)'],
    [new SharedArrayBuffer(5), 'B 5 1 (5,)'],
    [new DataView(new ArrayBuffer(9), 2, 4), 'B 4 1 (4,)'],
    [Buffer.from('abc'), 'B 3 1 (3,)'],
    [new Float64Array(), 'd 0 1 (0,)'],
  ])('%#: %o', (value, expected) => {
    expect(facts(value)).toBe(expected);
    expect(identity(value)).toBe(value);
  });

  it('whose items are the array’s', () => {
    expect(items(Float64Array.of(1.5, -0))).toBe('[1.5, -0.0]');
    expect(items(new Uint16Array(Uint16Array.of(1, 2, 3, 4).buffer, 2, 2))).toBe('[2, 3]');
    expect(items(BigInt64Array.of(-(2n ** 63n)))).toBe('[-9223372036854775808]');
  });

  it('with a length, items and slices', () => {
    const check = python.eval('lambda x: (len(x), x[1], x[-1], bytes(x[1:3]), x.nbytes, x.kind)');
    expect(String((check as Function<PyProxy>)(Uint8Array.of(1, 2, 3)))).toBe(
      String.raw`(3, 2, 3, b'\x02\x03', 3, 'Uint8Array')`,
    );
    expect(python.repr(new Float32Array(4))).toMatch(/^<JavaScript Float32Array\(4\), /);
  });

  it('and a class that lies about itself is still its memory', () => {
    class Liar extends Uint8Array {
      override get byteLength(): number {
        return 1e9;
      }
      override get length(): number {
        return 1e9;
      }
      override get buffer(): ArrayBuffer {
        return new ArrayBuffer(1e6);
      }
    }
    expect(items(new Liar([1, 2]))).toBe('[1, 2]');
  });
});

describe('memory is shared where nothing can take it away', () => {
  it('a SharedArrayBuffer, both ways, for as long as Python likes', () => {
    const shared = Int32Array.from(new Int32Array(new SharedArrayBuffer(8)));
    const value = new Int32Array(new SharedArrayBuffer(8));
    expect(mode(value)).toBe('shared');
    write(value, 0, 7);
    expect(value[0]).toBe(7);
    hold(value);
    value[1] = 9;
    expect(python.eval('held[-1][1]')).toBe(9);
    letGo();
    expect(shared.length).toBe(2);
  });

  it('python.alloc, zeroed, and a part of it', () => {
    const memory = python.alloc(1000);
    expect(memory.byteLength).toBe(1000);
    expect(new Uint8Array(memory).every((byte) => byte === 0)).toBe(true);
    const part = new Float64Array(memory, 8, 2);
    expect(mode(memory)).toBe('shared');
    expect(mode(part)).toBe('shared');
    write(part, 1, 2.5);
    expect(part[1]).toBe(2.5);
  });

  it('python.alloc refuses what is no size', () => {
    for (const size of [-1, 1.5, NaN, '8']) {
      expect(() => python.alloc(size as number)).toThrow(/number of bytes/);
    }
    expect(() => python.alloc(2 ** 52)).toThrow(/memory/);
    expect(python.alloc(0).byteLength).toBe(0);
  });

  it('memory of python.alloc goes when nobody refers to it', async () => {
    const allocated = (): number => loadCore().bufferStatistics().allocated;
    const before = allocated();
    for (let i = 0; i < 20; i++) hold(python.alloc(1 << 20));
    collect();
    expect(allocated()).toBeGreaterThanOrEqual(before + 20 * 2 ** 20);
    expect(python.eval('sum(m.nbytes for m in held)')).toBe(20 * 2 ** 20);
    letGo();
    while (allocated() > before) {
      collect();
      await sleep(10);
    }
  });

  it('a view of Python’s own memory', () => {
    python.run('own = bytearray(b"abcd")');
    using buffer = (python.eval('own') as PyProxy).getBuffer('u8');
    const part = buffer.data.subarray(1, 3);
    expect(mode(part)).toBe('shared');
    write(part, 0, 90);
    expect(String(python.eval('bytes(own)'))).toBe("b'aZcd'");
    expect(identity(part)).toBe(part);
  });

  it('a view of Python’s read-only memory stays read-only', () => {
    using object = python.eval('b"abcd"') as PyProxy;
    using buffer = object.getBuffer('u8', { unsafeWritable: true });
    expect(isReadOnly(buffer.data)).toBe(true);
    expect(() => {
      write(buffer.data, 0, 1);
    }).toThrow(/read-only/);
  });

  it('Python keeps its own memory while it has the view back', () => {
    python.run('kept = bytearray(4)');
    const buffer = (python.eval('kept') as PyProxy).getBuffer('u8');
    hold(buffer.data);
    buffer.release();
    expect(() => python.run('kept.append(1)')).toThrow(/re-sized/);
    expect(python.eval('len(held[-1])')).toBe(4);
    letGo();
    expect(python.run('kept.append(1); len(kept)')).toBe(5);
  });
});

describe('memory that JavaScript could give away', () => {
  it('is what this host can promise, and says what', () => {
    for (const value of [
      new Float64Array(2),
      new ArrayBuffer(2),
      new DataView(new ArrayBuffer(2)),
    ]) {
      expect(mode(value)).toBe(hostMode);
      expect(isReadOnly(value)).toBe(hostMode === 'copied');
    }
  });

  it('is never taken from under Python', async () => {
    const value = Uint8Array.of(1, 2, 3);
    hold(value);
    const { buffer } = value;
    const ways: (() => unknown)[] = [
      () => structuredClone(buffer, { transfer: [buffer] }),
      () => (buffer as unknown as { transfer(): ArrayBuffer }).transfer(),
      () => (buffer as unknown as { transfer(size: number): ArrayBuffer }).transfer(100_000),
      () => {
        const { port1 } = new MessageChannel();
        try {
          port1.postMessage(buffer, [buffer]);
        } finally {
          port1.close();
        }
      },
    ];
    for (const way of ways) {
      try {
        way();
      } catch {
        // refused, which is fine
      }
      collect();
      await sleep(1);
      expect(python.eval('held[-1].tolist() == [1, 2, 3]')).toBe(true);
    }
    if (hostMode === 'pinned') expect(value.length).toBe(3);
    letGo();
  });

  it('where it is pinned both sides see what the other writes', () => {
    const value = Float64Array.of(1, 2);
    if (mode(value) !== 'pinned') return;
    write(value, 0, 5);
    expect(value[0]).toBe(5);
  });

  it('where it is copied Python cannot write what would be lost', () => {
    const value = new Uint8Array(resizable(8, 16));
    expect(mode(value)).toBe('copied');
    expect(() => {
      write(value, 0, 5);
    }).toThrow(/read-only/);
    const readInto = python.eval(
      'lambda x: __import__("io").BytesIO(b"abc").readinto(x)',
    ) as Function<number>;
    expect(() => readInto(value)).toThrow(/read-write/);
  });

  it.each([
    ['a resizable buffer', () => resizable(8, 16)],
    ['a growable one', () => growable(8, 16)],
    ['WebAssembly’s', () => wasmMemory(1).buffer],
  ])('%s is copied on every host', (_name, make) => {
    expect(mode(make())).toBe('copied');
  });

  it('of WebAssembly may grow while Python has it', () => {
    const grows = wasmMemory(100);
    new Uint8Array(grows.buffer)[0] = 7;
    hold(grows.buffer);
    grows.grow(99);
    expect(python.eval('held[-1][0]')).toBe(7);
    letGo();
  });

  it('that was given away already is refused', () => {
    const value = new Uint8Array(8);
    structuredClone(value, { transfer: [value.buffer] });
    expect(() => items(value)).toThrow(/detached/);
    expect(() => items(value.buffer)).toThrow(/detached/);
  });

  it('a pooled Buffer is its own part of the pool, copied: Node has marked the pool itself', () => {
    const small = Buffer.from('hello');
    expect(mode(small)).toBe('copied');
    expect(mode(Buffer.alloc(8))).toBe(hostMode);
    expect(items(small)).toBe('[104, 101, 108, 108, 111]');
    hold(small);
    for (let i = 0; i < 2000; i++) Buffer.from(`another ${i}`);
    expect(python.eval('bytes(held[-1]) == b"hello"')).toBe(true);
    letGo();
  });
});

describe('what Python keeps', () => {
  it('is kept for it, and let go with it', async () => {
    const memories = (): number => loadCore().bufferStatistics().memories;
    while (memories() > 0) {
      collect(); // of the tests before
      await sleep(1);
    }
    for (let i = 0; i < 100; i++) hold(Float64Array.of(i, i));
    collect();
    await sleep(1);
    expect(python.eval('sum(m[0] == i for i, m in enumerate(held))')).toBe(100);
    expect(memories()).toBe(100);
    letGo();
    while (memories() > 0) await sleep(1);
  });

  it('is the same value when it comes back, however often', () => {
    const value = Float64Array.of(1);
    python.run('box = []');
    const put = python.eval('box.append') as Function<null>;
    put(value);
    put(value);
    expect(python.eval('box[0]')).toBe(value);
    expect(python.eval('box[1]')).toBe(value);
    expect(python.eval('box[0] is box[0]')).toBe(true);
    python.run('box.clear()');
  });

  it('in one argument is one object', () => {
    const value = Uint8Array.of(1);
    expect(
      (python.eval('lambda pair: pair[0] is pair[1]') as Function<boolean>)([value, value]),
    ).toBe(true);
  });
});

describe('bytes', () => {
  it('are an object of Python’s, and convert on request', () => {
    using bytes = python.eval('b"a\\0c"') as PyProxy;
    expect(String(bytes)).toBe(String.raw`b'a\x00c'`);
    expect(bytes.hex()).toBe('610063');
    const copied = copyBuffer(environment(), new Handle(cellOf(bytes)?.handle ?? 0));
    expect(copied).toEqual(Uint8Array.of(97, 0, 99));
  });

  it.each([0, 1, 255, 4095, 4096, 4097, 3_000_000])('of any length come back: %i', (length) => {
    const value = Uint8Array.from({ length }, (_, i) => (i * 31) & 0xff);
    using bytes = python.bytes(value);
    expect((python.eval('lambda b: type(b).__name__') as Function<string>)(bytes)).toBe('bytes');
    expect(Buffer.compare(bytes.getBuffer('u8').data, value)).toBe(0);
  });

  it('can be made of any memory, and of nothing else', () => {
    expect(String(python.bytes(Uint16Array.of(1)))).toBe(String.raw`b'\x01\x00'`);
    expect(String(python.bytes(new DataView(Uint8Array.of(1, 2, 3).buffer, 1)))).toBe(
      String.raw`b'\x02\x03'`,
    );
    expect(() => python.bytes('text' as never)).toThrow(/Buffer\.from/);
    expect(() => python.bytes(null as never)).toThrow(/not null/);
  });

  it('a copy of more dimensions is nested', () => {
    using view = python.eval('memoryview(bytearray(range(6))).cast("B", [2, 3])') as PyProxy;
    expect(copyBuffer(environment(), new Handle(cellOf(view)?.handle ?? 0))).toEqual([
      Uint8Array.of(0, 1, 2),
      Uint8Array.of(3, 4, 5),
    ]);
  });
});

describe('DLPack', () => {
  it('offers the memory, and takes it back when nobody consumes it', () => {
    const value = new Float32Array(python.alloc(16));
    expect(
      String((python.eval('lambda x: x.__dlpack_device__()') as Function<PyProxy>)(value)),
    ).toBe('(1, 0)');
    const capsule = python.eval('lambda x, **k: repr(x.__dlpack__(**k))') as PyProxy;
    expect(capsule(value)).toContain('"dltensor"');
    const major = python.eval('(1, 0)') as PyProxy;
    expect(capsule.callKwargs(value, { max_version: major })).toContain('"dltensor_versioned"');
  });

  it('refuses what it cannot give', () => {
    const call = python.eval('lambda x, **k: x.__dlpack__(**k)') as PyProxy;
    const value = new Float32Array(python.alloc(16));
    const gpu = python.eval('(2, 0)');
    for (const options of [{ stream: 1 }, { copy: true }, { dl_device: gpu }, { other: 1 }]) {
      expect(() => call.callKwargs(value, options) as unknown).toThrow(
        expect.objectContaining({
          type: 'other' in options ? 'TypeError' : 'BufferError',
        }) as Error,
      );
    }
    const copied = new Uint8Array(resizable(8, 16));
    expect(() => call(copied) as unknown).toThrow(/read-only/);
  });
});
