/** Callbacks: what goes in and what comes out. */
import { deepStrictEqual, strictEqual, throws } from 'node:assert';

import { type Case, libc, library } from './case.js';

/** Every type, with values that must come back as they are. */
const values = [
  ['i8', [-128, 127]],
  ['u8', [0, 255]],
  ['i16', [-32768, 32767]],
  ['u16', [0, 65535]],
  ['i32', [-(2 ** 31), 2 ** 31 - 1]],
  ['u32', [0, 2 ** 32 - 1]],
  ['i64', [-(2n ** 63n), 2n ** 63n - 1n]],
  ['u64', [0n, 2n ** 64n - 1n]],
  ['i64_fast', [-5, 2n ** 60n]],
  ['u64_fast', [5, 2n ** 63n]],
  ['f64', [0.1, -Infinity]],
  ['f32', [0.5, -2]],
  ['bool', [true, false]],
  ['ptr', [null, 2 ** 47]],
] as const;

export const callbackValues: Readonly<Record<string, Case>> = {
  'a callback of every type gets and gives exact values'({ dlopen, JSCallback }) {
    for (const [type, examples] of values) {
      const name = `apply_${type.replace('_fast', '')}`;
      const { symbols } = dlopen(library, { [name]: { args: ['function', type], returns: type } });
      const apply = symbols[name] as unknown as (...given: unknown[]) => unknown;
      for (const example of examples) {
        let got: unknown = 'nothing';
        const callback = new JSCallback(
          (value: unknown) => {
            got = value;
            return value;
          },
          { args: [type], returns: type },
        );
        strictEqual(apply(callback, example), example, type);
        strictEqual(got, example, type);
        callback.close();
      }
    }
  },
  'a callback with more arguments than registers'({ dlopen, JSCallback }) {
    const { symbols } = dlopen(library, { call_mixed: { args: ['function'], returns: 'f64' } });
    let got: unknown[] = [];
    const callback = new JSCallback(
      (...given: unknown[]) => {
        got = given;
        return 0.125;
      },
      {
        args: ['i8', 'u64', 'f64', 'f32', 'i32', 'u16', 'i64', 'bool', 'f64', 'u8'],
        returns: 'f64',
      },
    );
    strictEqual(symbols.call_mixed(callback), 0.125);
    deepStrictEqual(got, [-1, 2n, 0.5, 0.25, 5, 6, -7n, true, 9, 10]);
    callback.close();
  },
  'a callback sorts, as C does it'({ dlopen, JSCallback, read }) {
    const { symbols } = dlopen(libc, { qsort: { args: ['ptr', 'usize', 'usize', 'callback'] } });
    const numbers = new Int32Array([5, -3, 2 ** 31 - 1, 0, -(2 ** 31), 5]);
    const compare = new JSCallback((a: number, b: number) => Math.sign(read.i32(a) - read.i32(b)), {
      args: ['ptr', 'ptr'],
      returns: 'i32',
    });
    symbols.qsort(numbers, numbers.length, 4, compare);
    deepStrictEqual([...numbers], [-(2 ** 31), -3, 0, 5, 5, 2 ** 31 - 1]);
    compare.close();
  },
  'text in a callback is a string'({ dlopen, JSCallback }) {
    const { symbols } = dlopen(library, {
      call_with_text: { args: ['fn', 'cstring'], returns: 'bool' },
    });
    const got: unknown[] = [];
    const callback = new JSCallback(
      (text: string | null) => {
        got.push(text);
        return text === null;
      },
      { args: ['cstring'], returns: 'bool' },
    );
    strictEqual(symbols.call_with_text(callback, 'h\u00e9llo'), false);
    strictEqual(symbols.call_with_text(callback, null), true);
    deepStrictEqual(got, ['h\u00e9llo', null]);
    throws(() => symbols.call_with_text(callback, new Uint8Array([0xff, 0])), TypeError);
    strictEqual(got.length, 2);
    callback.close();
  },
  'a void callback may return anything'({ dlopen, JSCallback }) {
    const { symbols } = dlopen(library, { call_void: { args: ['function'] } });
    const got: unknown[] = [];
    const callback = new JSCallback((...given: unknown[]) => got.push(given.length), {});
    const call: (value: typeof callback) => unknown = symbols.call_void;
    strictEqual(call(callback), undefined);
    deepStrictEqual(got, [0]);
    callback.close();
  },
  'a callback, its address and a C function are the same to C'({ dlopen, JSCallback }) {
    const { symbols } = dlopen(library, {
      apply_i32: { args: ['function', 'i32'], returns: 'i32' },
      echo_i32: { args: ['i32'], returns: 'i32' },
      echo_ptr: { args: ['ptr'], returns: 'ptr' },
    });
    const callback = new JSCallback((value: number) => value * 2, { args: [5], returns: 5 });
    const { ptr } = callback;
    if (ptr === null) throw new Error('closed');
    strictEqual(Number(callback), ptr);
    strictEqual(symbols.apply_i32(callback, 4), 8);
    strictEqual(symbols.apply_i32(ptr, 4), 8);
    strictEqual(symbols.apply_i32(BigInt(ptr), 4), 8);
    strictEqual(symbols.apply_i32(symbols.echo_i32, 4), 4);
    strictEqual(symbols.echo_ptr(callback), ptr);
    strictEqual(symbols.echo_ptr(symbols.echo_i32), symbols.echo_i32.ptr);
    callback.close();
  },
  'what is no function is refused'({ dlopen, JSCallback }) {
    const { symbols } = dlopen(library, {
      apply_i32: { args: ['function', 'i32'], returns: 'i32' },
    });
    const apply = symbols.apply_i32 as (callback: unknown, value: number) => number;
    for (const value of [null, undefined, 0, 'f', {}, () => 1, new Uint8Array(8)]) {
      throws(() => apply(value, 1), TypeError);
    }
    throws(() => apply(-1, 1), RangeError);
    const make = JSCallback as new (callback: unknown, definition: unknown) => unknown;
    throws(() => new make(5, {}), TypeError);
    throws(() => new make(() => 1, undefined), TypeError);
    throws(() => new make(() => 1, { args: ['bogus'] }), /bogus/);
    throws(() => new make(() => 1, { args: ['void'] }), TypeError);
    throws(() => new make(() => 1, { args: ['buffer'] }), /ptr/);
    throws(() => new make(() => 1, { args: ['napi_value'] }), { code: 'NOT_SUPPORTED' });
  },
};
