/** Callbacks that fail: the error is never lost, and C goes on with 0. */
import { strictEqual, throws } from 'node:assert';

import { type Case, library, until } from './case.js';

const thrown = new Error('thrown in a callback');

export const callbackErrors: Readonly<Record<string, Case>> = {
  'what a callback throws, the C function throws when it returns'({ dlopen, JSCallback }) {
    const { symbols } = dlopen(library, {
      call_times: { args: ['function', 'i32'], returns: 'i64' },
    });
    let calls = 0;
    const callback = new JSCallback(
      (value: number) => {
        calls += 1;
        if (value === 2) throw thrown;
        return value;
      },
      { args: ['i32'], returns: 'i32' },
    );
    throws(
      () => symbols.call_times(callback, 5),
      (error) => error === thrown,
    );
    // C called on, and no JavaScript ran.
    strictEqual(calls, 2);
    // Nothing is left of it.
    strictEqual(symbols.call_times(callback, 1), 1n);
    callback.close();
  },
  'C gets 0 from a callback that failed'({ dlopen, JSCallback }) {
    const { symbols } = dlopen(library, {
      call_times: { args: ['function', 'i32'], returns: 'i64' },
      hold: { args: ['function'] },
      call_held: { args: ['i32'], returns: 'i32' },
    });
    const fails = new JSCallback(
      () => {
        throw thrown;
      },
      { args: ['i32'], returns: 'i32' },
    );
    // The inner call throws, in JavaScript that catches it; its answer to C was 0 all the same.
    const answers: unknown[] = [];
    const outer = new JSCallback(
      (value: number) => {
        try {
          return symbols.call_held(value);
        } catch (error) {
          answers.push(error);
          return 7;
        }
      },
      { args: ['i32'], returns: 'i32' },
    );
    symbols.hold(fails);
    strictEqual(symbols.call_times(outer, 2), 77n);
    strictEqual(answers.length, 2);
    strictEqual(answers[0], thrown);
    outer.close();
    fails.close();
  },
  'what a callback must not return is an error'({ dlopen, JSCallback }) {
    const wrong = [
      ['i32', 1.5, RangeError],
      ['i32', 2 ** 31, RangeError],
      ['i32', undefined, TypeError],
      ['i32', 'x', TypeError],
      ['i32', Promise.resolve(1), /promise/],
      ['u8', -1, RangeError],
      ['i64', 2n ** 63n, RangeError],
      ['u64', 2 ** 53, RangeError],
      ['f64', 1n, TypeError],
      ['bool', 1, TypeError],
      ['ptr', new Uint8Array(8), /ptr\(\)/],
      ['ptr', undefined, TypeError],
      ['ptr', -1, RangeError],
    ] as const;
    for (const [type, value, expected] of wrong) {
      const name = `apply_${type}`;
      const { symbols } = dlopen(library, { [name]: { args: ['function', type], returns: type } });
      const apply = symbols[name] as unknown as (...given: unknown[]) => unknown;
      const callback = new JSCallback(() => value, { args: [type], returns: type });
      const zero = { i64: 0n, u64: 0n, bool: false, ptr: null }[type as string] ?? 0;
      throws(() => apply(callback, zero), expected as ErrorConstructor);
      callback.close();
    }
  },
  async 'an error that no C function can throw is an uncaught exception'({ dlopen, JSCallback }) {
    const { symbols } = dlopen(library, {
      thread_start: { args: ['function', 'i32'], returns: 'i32' },
      thread_join: { returns: 'i32' },
      thread_answer: { returns: 'i32' },
    });
    const callback = new JSCallback(
      () => {
        throw thrown;
      },
      { args: ['i32'], returns: 'i32', threadsafe: true },
    );
    const uncaught: unknown[] = [];
    const note = (error: unknown) => uncaught.push(error);
    process.on('uncaughtException', note);
    strictEqual(symbols.thread_start(callback, 3), 0);
    await until(() => uncaught.length > 0);
    process.off('uncaughtException', note);
    strictEqual(uncaught[0], thrown);
    strictEqual(symbols.thread_join(), 0);
    strictEqual(symbols.thread_answer(), 0);
    callback.close();
  },
};
