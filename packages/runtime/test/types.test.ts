import { expect, expectTypeOf, it } from 'vitest';

import {
  python,
  type PyAny,
  type PyAsyncGenerator,
  type PyAwaitable,
  type PyGenerator,
  type PyMapping,
  type PyProxy,
  type PySequence,
} from '../src/index.js';

/*
 * Checked by `typecheck`: nothing here is called.
 */
export function declarations(
  proxy: PyProxy,
  list: PySequence<number>,
  dict: PyMapping<string, boolean>,
  generator: PyGenerator<number, string, Date>,
  asynchronous: PyAsyncGenerator<number>,
  coroutine: PyAwaitable<number>,
): void {
  expectTypeOf(proxy.anything).toEqualTypeOf<PyAny>();
  expectTypeOf(proxy.copy()).toEqualTypeOf<PyProxy>();
  expectTypeOf(list.copy()).toEqualTypeOf<PySequence<number>>();
  expectTypeOf(list.length).toBeNumber();
  expectTypeOf(list[0]).toEqualTypeOf<number | undefined>();
  expectTypeOf([...list]).toEqualTypeOf<number[]>();
  expectTypeOf(dict.get('a')).toEqualTypeOf<boolean | null>();
  expectTypeOf([...dict.entries()]).toEqualTypeOf<[string, boolean][]>();
  expectTypeOf(generator.next('a')).toEqualTypeOf<IteratorResult<number, Date>>();
  expectTypeOf(asynchronous.next()).resolves.toEqualTypeOf<IteratorResult<number, unknown>>();
  expectTypeOf<Awaited<typeof coroutine>>().toEqualTypeOf<number>();
  expectTypeOf(coroutine.then((value) => String(value))).toEqualTypeOf<Promise<string>>();
  expectTypeOf(python.op.contains(list, 1)).toBeBoolean();
  expectTypeOf(python.op.add(1, 2)).toEqualTypeOf<PyAny>();
  expectTypeOf(python.with(proxy, () => 1)).toEqualTypeOf<number | undefined>();
  expectTypeOf(python.asyncWith(proxy, () => Promise.resolve(1))).toEqualTypeOf<
    Promise<number | undefined>
  >();
  expectTypeOf(python.len(list)).toBeNumber();
  // @ts-expect-error a key of another type
  dict.get(1);
  // @ts-expect-error a value of another type
  generator.next(1);
  // @ts-expect-error the reason is text
  proxy.destroy({ message: 1 });
  // @ts-expect-error it takes what stands between brackets
  proxy.$slice(1);
  // @ts-expect-error two operands
  python.op.add(1);
}

it('declarations are checked by the compiler', () => {
  expect(declarations).toBeTypeOf('function');
});
