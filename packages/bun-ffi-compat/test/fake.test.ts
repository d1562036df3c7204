import { describe, expect, it } from 'vitest';

import type { Backend, RawArgument, RawResult } from '../src/backend.js';
import { makeFfi } from '../src/ffi.js';
import type { FFIFunction, FFITypeLike } from '../src/types.js';

/** A backend that answers what it is told, and remembers what it was given. */
function fake(answer?: RawResult) {
  const calls: RawArgument[][] = [];
  const closed: string[] = [];
  const backend: Backend = {
    open: (path) => ({
      find: (name) => (name === 'absent' ? undefined : 4096n),
      close: () => {
        closed.push(path);
      },
    }),
    bind:
      () =>
      (...values) => {
        calls.push(values);
        return answer;
      },
    addressOf: () => 2n ** 60n,
    view: (_pointer, bytes) => new ArrayBuffer(bytes),
  };
  return { calls, closed, backend };
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
});

describe('a library', () => {
  it('is closed when one of its symbols is missing', () => {
    const { backend, closed } = fake();
    expect(() => makeFfi(() => backend).dlopen('x', { there: {}, absent: {} })).toThrow(
      'x has no symbol absent',
    );
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
