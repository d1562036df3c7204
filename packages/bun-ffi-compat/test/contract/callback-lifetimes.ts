/** Callbacks: threads, the end, and what C holds. */
import { strictEqual, throws } from 'node:assert';

import { type Case, collect, isBun, library, until } from './case.js';

const closed = { code: 'CALLBACK_CLOSED' };
const definition = { args: ['i32'], returns: 'i32' } as const;

export const callbackLifetimes: Readonly<Record<string, Case>> = {
  async 'a thread of C calls a thread-safe callback'({ dlopen, JSCallback }) {
    const { symbols } = dlopen(library, {
      thread_start: { args: ['function', 'i32'], returns: 'i32' },
      thread_join: { returns: 'i32' },
      thread_answer: { returns: 'i32' },
    });
    let got = 0;
    const callback = new JSCallback(
      (value: number) => {
        got = value;
        return value * 2;
      },
      { ...definition, threadsafe: true },
    );
    strictEqual(callback.threadsafe, true);
    strictEqual(symbols.thread_start(callback, 21), 0);
    await until(() => got !== 0);
    strictEqual(got, 21);
    strictEqual(symbols.thread_join(), 0);
    // Bun does not wait for the answer, and says so; the others do.
    if (!isBun) strictEqual(symbols.thread_answer(), 42);
    callback.close();
  },
  'a closed callback has no address, and is refused'({ dlopen, JSCallback }) {
    const { symbols } = dlopen(library, {
      apply_i32: { args: ['function', 'i32'], returns: 'i32' },
      echo_ptr: { args: ['ptr'], returns: 'ptr' },
    });
    const callback = new JSCallback((value: number) => value, definition);
    strictEqual(callback.threadsafe, false);
    callback.close();
    callback.close();
    strictEqual(callback.ptr, null);
    throws(() => symbols.apply_i32(callback, 1), closed);
    throws(() => symbols.echo_ptr(callback), closed);
    throws(() => Number(callback), closed);
    const disposed = new JSCallback((value: number) => value, definition);
    disposed[Symbol.dispose]();
    strictEqual(disposed.ptr, null);
  },
  'C that calls a closed callback meets an error, and not the next callback'({
    dlopen,
    JSCallback,
  }) {
    const { symbols } = dlopen(library, {
      hold: { args: ['function'] },
      call_held: { args: ['i32'], returns: 'i32' },
    });
    const callback = new JSCallback((value: number) => value, definition);
    symbols.hold(callback);
    strictEqual(symbols.call_held(5), 5);
    callback.close();
    const next = new JSCallback(() => 99, definition);
    throws(() => symbols.call_held(5), closed);
    next.close();
  },
  'a callback that nobody reaches is there for C'({ dlopen, JSCallback }) {
    const { symbols } = dlopen(library, {
      hold: { args: ['function'] },
      call_held: { args: ['i32'], returns: 'i32' },
    });
    (() => {
      symbols.hold(new JSCallback((value: number) => value + 1, definition));
    })();
    for (let i = 0; i < 5; i++) collect();
    strictEqual(symbols.call_held(5), 6);
  },
  'the function of a closed callback is collected'({ JSCallback }) {
    const gone = (() => {
      const payload = { large: true };
      const callback = new JSCallback(() => (payload.large ? 1 : 0), definition);
      callback.close();
      return new WeakRef(payload);
    })();
    return until(() => gone.deref() === undefined, collect);
  },
  'a callback may close itself and its library while it runs'({ dlopen, JSCallback }) {
    const { symbols, close } = dlopen(library, {
      call_times: { args: ['function', 'i32'], returns: 'i64' },
    });
    const callback = new JSCallback((value: number) => {
      callback.close();
      close();
      return value;
    }, definition);
    throws(() => symbols.call_times(callback, 2), closed); // the second call
    throws(() => symbols.call_times(callback, 1), { code: 'LIBRARY_CLOSED' });
  },
  'callbacks without end, one after the other'({ dlopen, JSCallback }) {
    const { symbols } = dlopen(library, {
      apply_i32: { args: ['function', 'i32'], returns: 'i32' },
    });
    for (let i = 0; i < 20_000; i++) {
      const callback = new JSCallback((value: number) => value + i, definition);
      if (i % 100 === 0) strictEqual(symbols.apply_i32(callback, 1), i + 1);
      callback.close();
    }
  },
  'a callback for which there is no room throws'({ JSCallback }) {
    const open: { close(): void }[] = [];
    const make = () => open.push(new JSCallback((value: number) => value, definition));
    // koffi's room. The closed ones that are kept are in it, too.
    const makeMany = () => {
      while (open.length <= 8192) make();
    };
    if (isBun) makeMany();
    else throws(makeMany, /callbacks/);
    for (const callback of open.splice(0)) callback.close();
    make();
    open[0]?.close();
  },
  'a callback from code that the engine optimized'({ dlopen, JSCallback }) {
    const { symbols } = dlopen(library, {
      apply_i32: { args: ['function', 'i32'], returns: 'i32' },
      apply_f64: { args: ['ptr', 'f64'], returns: 'f64' },
      echo_u64: { args: ['u64'], returns: 'u64' },
    });
    const count = new JSCallback(
      (value: number) => value + Number(symbols.echo_u64(1n)),
      definition,
    );
    const half = new JSCallback((value: number) => value / 2, { args: ['f64'], returns: 'f64' });
    let [sum, halves] = [0, 0];
    for (let i = 0; i < 50_000; i++) {
      sum += symbols.apply_i32(count, i);
      halves += symbols.apply_f64(half, i);
      if (i % 10_000 === 0) collect();
    }
    strictEqual(sum, (50_000 * 50_001) / 2);
    strictEqual(halves, (49_999 * 50_000) / 4);
    count.close();
    half.close();
  },
  'a C function of a closed library is refused as a callback'({ dlopen }) {
    const { symbols } = dlopen(library, {
      apply_i32: { args: ['function', 'i32'], returns: 'i32' },
    });
    const other = dlopen(library, { echo_i32: definition });
    strictEqual(symbols.apply_i32(other.symbols.echo_i32, 3), 3);
    other.close();
    throws(() => symbols.apply_i32(other.symbols.echo_i32, 3), { code: 'LIBRARY_CLOSED' });
  },
};
