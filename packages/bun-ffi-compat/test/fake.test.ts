import { describe, expect, it, vi } from 'vitest';

import type {
  Backend,
  Deallocator,
  RawArgument,
  RawCallbackFunction,
  RawResult,
  RawSignature,
} from '../src/backend.js';
import { makeFfi } from '../src/ffi.js';
import type { FFIFunction, FFITypeLike } from '../src/types.js';

/** A backend that answers what it is told, and remembers what it was given. */
function fake(answer?: RawResult | (() => RawResult)) {
  const calls: RawArgument[][] = [];
  const closed: string[] = [];
  const signatures: RawSignature[] = [];
  const callbacks: { call: RawCallbackFunction; threadsafe: boolean }[] = [];
  const views: (Deallocator | undefined)[] = [];
  const bind = (signature: RawSignature) => {
    signatures.push(signature);
    return (...values: RawArgument[]) => {
      calls.push(values);
      return typeof answer === 'function' ? answer() : answer;
    };
  };
  const backend: Backend = {
    open: (path) => ({
      find: (name) => (name === 'absent' ? undefined : 4096n),
      bind: (_name, _pointer, signature) => bind(signature),
      close: () => {
        closed.push(path);
      },
    }),
    bind: (_pointer, _name, signature) => bind(signature),
    callback: (signature, call, threadsafe) => {
      signatures.push(signature);
      const number = callbacks.push({ call, threadsafe });
      return {
        pointer: 8192n + BigInt(number),
        close: () => {
          closed.push(`callback ${number}`);
        },
      };
    },
    addressOf: () => 2n ** 60n,
    view: (_pointer, bytes, deallocator) => {
      views.push(deallocator);
      return new ArrayBuffer(bytes);
    },
  };
  return { calls, closed, signatures, callbacks, views, backend };
}

function callWith(answer: RawResult, returns: FFITypeLike): unknown {
  const { backend } = fake(answer);
  const description: FFIFunction = { returns };
  const { symbols } = makeFfi(() => backend).dlopen('x', { f: description });
  return (symbols.f as () => unknown)();
}

describe('whatever a backend answers', () => {
  it.each([
    ['i64', 5, 5n],
    ['i64', -(2n ** 63n), -(2n ** 63n)],
    ['i64_fast', 5n, 5],
    ['u64_fast', 2n ** 53n, 2n ** 53n],
    ['ptr', null, null],
    ['ptr', 0, null],
    ['ptr', 0n, null],
    ['ptr', 4096n, 4096],
    ['cstring', 0n, null],
    ['void', 7, undefined],
    ['bool', true, true],
    ['u8', 255, 255],
  ] as const)('as %s %s becomes %s', (type, given, expected) => {
    expect(callWith(given, type)).toBe(expected);
  });

  it('an address beyond 2^53 throws', () => {
    expect(() => callWith(2n ** 53n, 'ptr')).toThrow(RangeError);
    expect(() => makeFfi(() => fake().backend).ptr(new Uint8Array(1))).toThrow(RangeError);
  });
});

describe('what a backend is given', () => {
  it('is checked before, and NULL is always null', () => {
    const { backend, calls } = fake();
    const { f } = makeFfi(() => backend).dlopen('x', {
      f: { args: ['u8', 'i64', 'ptr', 'ptr', 'bool'] },
    }).symbols;
    const memory = new Uint8Array(1);
    f(3n, 4, 0, memory, true);
    f(3, 4n, null, 4096n, false);
    expect(() => {
      f(256, 4, null, null, true);
    }).toThrow(RangeError);
    expect(calls).toEqual([
      [3, 4, null, memory, true],
      [3, 4n, null, 4096, false],
    ]);
    // The view itself: its address alone would not keep it alive.
    expect(calls[0]?.[3]).toBe(memory);
  });

  it('has no types but those of C', () => {
    const { backend, calls, signatures } = fake();
    const { f } = makeFfi(() => backend).dlopen('x', {
      f: { args: ['cstring', 'buffer', 'buffer_length', 'function'], returns: 'cstring' },
    }).symbols;
    const bytes = new Uint16Array(3);
    f('hi', bytes, bytes, 4096);
    expect(signatures).toEqual([{ parameters: [12, 12, 8, 17], result: 12 }]);
    expect(calls).toEqual([[Buffer.from('hi\0'), bytes, 6, 4096]]);
  });

  it('is a deallocator with and without a context', () => {
    const { backend, views } = fake();
    const { toArrayBuffer } = makeFfi(() => backend);
    toArrayBuffer(4096, 0, 8);
    toArrayBuffer(4096, 0, 8, 5n);
    toArrayBuffer(4096, 0, 8, 6, 5);
    toArrayBuffer(4096, 0, 8, null, 5);
    expect(views).toEqual([
      undefined,
      { function: 5, context: null },
      { function: 5, context: 6 },
      { function: 5, context: null },
    ]);
  });
});

describe('a library', () => {
  it('is closed when one of its symbols is missing', () => {
    const { backend, closed } = fake();
    expect(() => makeFfi(() => backend).dlopen('x', { there: {}, absent: {} })).toThrow(
      'x has no symbol absent',
    );
    expect(closed).toEqual(['x']);
  });

  it('is closed when C has returned, if one of its functions runs', () => {
    let run = (): void => undefined;
    const { backend, closed } = fake(() => {
      run();
      return undefined;
    });
    const { symbols, close } = makeFfi(() => backend).dlopen('x', { f: {} });
    run = () => {
      close();
      expect(closed).toEqual([]);
    };
    symbols.f();
    expect(closed).toEqual(['x']);
  });

  it('makes its backend at the first use', () => {
    let made = 0;
    const ffi = makeFfi(() => {
      made += 1;
      return fake().backend;
    });
    expect(made).toBe(0);
    ffi.read.u8(4096);
    ffi.read.u8(4096);
    expect(made).toBe(1);
  });
});

describe('a callback', () => {
  it('gets and gives whatever the backend has for a type', () => {
    const { backend, callbacks, signatures } = fake();
    const got: unknown[] = [];
    const { JSCallback } = makeFfi(() => backend);
    const callback = new JSCallback(
      (...values: unknown[]) => {
        got.push(values);
        return 5;
      },
      { args: ['i64', 'u64_fast', 'ptr', 'bool'], returns: 'u64', threadsafe: true },
    );
    expect(callback.ptr).toBe(8193);
    expect(callbacks[0]?.threadsafe).toBe(true);
    expect(signatures).toEqual([{ parameters: [7, 16, 12, 11], result: 8 }]);
    expect(callbacks[0]?.call(5, 6n, 0n, true)).toBe(5);
    expect(got).toEqual([[5n, 6, null, true]]);
  });

  it('reports what no C function can throw, and answers 0', () => {
    const { backend, callbacks } = fake();
    const report = vi.fn();
    const { JSCallback } = makeFfi(() => backend, report);
    const zeros = [
      ['i32', 0],
      ['i64', 0n],
      ['u64_fast', 0n],
      ['bool', false],
      ['ptr', null],
      ['void', undefined],
    ] as const;
    zeros.forEach(([returns, zero], i) => {
      const error = new Error(returns);
      new JSCallback(
        () => {
          throw error;
        },
        { returns },
      );
      expect(callbacks[i]?.call()).toBe(zero);
      expect(report).toHaveBeenLastCalledWith(error);
    });
  });

  it('that failed is not lost when the host throws as well', () => {
    const ofHost = new Error('of the host');
    let run = (): void => undefined;
    const { backend, callbacks } = fake(() => {
      run();
      throw ofHost;
    });
    const { JSCallback, dlopen } = makeFfi(() => backend);
    const ofCallback = new Error('of the callback');
    new JSCallback(() => {
      throw ofCallback;
    }, {});
    const { f } = dlopen('x', { f: {} }).symbols;
    expect(f).toThrow(ofHost);
    run = () => void callbacks[0]?.call();
    expect(f).toThrow(expect.objectContaining({ errors: [ofCallback, ofHost] }));
    run = () => undefined;
    expect(f).toThrow(ofHost);
  });

  it('that was closed is freed when 256 others were, and not while it runs', () => {
    const { backend, callbacks, closed } = fake();
    const report = vi.fn();
    const { JSCallback } = makeFfi(() => backend, report);
    const closeOthers = (count: number) => {
      for (let i = 0; i < count; i++) new JSCallback(() => undefined, {}).close();
    };
    const first = new JSCallback(() => {
      first.close();
      closeOthers(256);
      expect(closed).toEqual(['callback 2']);
    }, {});
    callbacks[0]?.call();
    expect(report).not.toHaveBeenCalled();
    closeOthers(1);
    expect(closed).toEqual(['callback 2', 'callback 1']);
    // C that calls it all the same.
    callbacks[5]?.call();
    expect(report).toHaveBeenCalledWith(expect.objectContaining({ code: 'CALLBACK_CLOSED' }));
  });
});
