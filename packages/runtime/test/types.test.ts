import { expect, expectTypeOf, it } from 'vitest';

import {
  kw,
  type Leaks,
  NogilError,
  python,
  PythonError,
  PythonErrorGroup,
  type PyAny,
  type PyAsyncGenerator,
  type PyAwaitable,
  type PyBuffer,
  type PyClass,
  type PyGenerator,
  type PyMapping,
  type PyProxy,
  type PySequence,
  type PySet,
  type UnraisableEvent,
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

interface MathModule {
  readonly pi: number;
  sqrt(x: number): number;
}

export function buffers(proxy: PyProxy, buffer: PyBuffer<Float64Array>): void {
  expectTypeOf(proxy.getBuffer('f64')).toExtend<PyBuffer>();
  expectTypeOf(proxy.getBuffer('f64').data).toExtend<Float64Array>();
  expectTypeOf(proxy.getBuffer('dataview').data).toExtend<DataView>();
  expectTypeOf(proxy.getBuffer({ copy: true }).shape).toEqualTypeOf<readonly number[]>();
  expectTypeOf(buffer.data[0]).toEqualTypeOf<number | undefined>();
  expectTypeOf(python.bytes(new Uint8Array(1))).toEqualTypeOf<PyProxy>();
  expectTypeOf(python.alloc(8)).toEqualTypeOf<ArrayBuffer | SharedArrayBuffer>();
  // @ts-expect-error no such type of items
  proxy.getBuffer('f65');
  // @ts-expect-error what a view is over does not change
  buffer.shape = [];
  // @ts-expect-error text is no memory; it is encoded first
  python.bytes('text');
}

export function modules(): void {
  const math = python.import<MathModule>('math');
  expectTypeOf(math.sqrt(2)).toBeNumber();
  expectTypeOf(python.import('math')).toEqualTypeOf<PyAny>();
  expectTypeOf(python.globals).toEqualTypeOf<PyProxy>();
  expectTypeOf(python.builtins).toEqualTypeOf<PyProxy>();
  expectTypeOf(
    python.run('1', { globals: python.globals, filename: 'a.py' }),
  ).toEqualTypeOf<PyAny>();
  // @ts-expect-error the shape has no such member
  math.cbrt(2);
  // @ts-expect-error a value of another type
  math.sqrt('2');
  // @ts-expect-error a name, not a path in parts
  python.import(['os', 'path']);
  // @ts-expect-error source is text
  python.run(1);
}

export function errors(error: unknown): void {
  if (error instanceof PythonError) {
    expectTypeOf(error.type).toBeString();
    expectTypeOf(error.traceback).toBeString();
    expectTypeOf(error.value).toEqualTypeOf<PyProxy>();
    // @ts-expect-error Python says what the traceback is
    error.traceback = '';
  }
  if (error instanceof PythonErrorGroup) {
    expectTypeOf(error.errors).toEqualTypeOf<readonly unknown[]>();
  }
  if (error instanceof python.errors.FileNotFoundError) {
    expectTypeOf(error.errno).toEqualTypeOf<number | null>();
  }
  if (error instanceof python.errors.SystemExit) expectTypeOf(error.code).toBeUnknown();
  if (error instanceof NogilError) expectTypeOf(error.code).toExtend<string>();
  expectTypeOf(new python.errors.KeyError('name')).toExtend<Error>();
  // @ts-expect-error no exception of Python's
  expectTypeOf(python.errors.KeyErrour).toBeNever();
}

export function classes(Animal: PyClass<{ speak(): string }, [name: string]>): void {
  class Dog extends Animal {
    legs = 4;
  }
  expectTypeOf(new Dog('Rex').speak()).toBeString();
  expectTypeOf(new Dog('Rex').legs).toBeNumber();
  // @ts-expect-error the constructor wants a name
  new Dog();
  // @ts-expect-error the shape has no such member
  new Dog('Rex').bark();
}

export function conversions(proxy: PyProxy, set: PySet<number>): void {
  expectTypeOf([...set]).toEqualTypeOf<number[]>();
  expectTypeOf(set.delete(1)).toBeBoolean();
  expectTypeOf(proxy.toJSON()).toBeUnknown();
  expectTypeOf(proxy.toJs()).toEqualTypeOf<PyAny>();
  expectTypeOf(Number(proxy)).toBeNumber();
  expectTypeOf(
    python.codecs.register({
      name: 'url',
      python: 'urllib.parse.ParseResult',
      javascript: URL,
      toJs: (value) => new URL(String(value)),
    }),
  ).toEqualTypeOf<Disposable & (() => void)>();
  expectTypeOf(proxy.sort(kw({ reverse: true }))).toEqualTypeOf<PyAny>();
  // @ts-expect-error a codec has a name
  python.codecs.register({ toJs: () => 1 });
  // @ts-expect-error text has to be parsed
  python.float('1.5');
  // @ts-expect-error no reference to what is no object
  python.ref(1);
}

export function lifetime(proxy: PyProxy): void {
  expectTypeOf(python.scope(() => 1)).toBeNumber();
  expectTypeOf(python.scope((scope) => scope.keep(proxy))).toEqualTypeOf<PyProxy>();
  expectTypeOf(python.leaks()).toEqualTypeOf<Leaks>();
  python.on('unraisable', (event) => {
    expectTypeOf(event).toEqualTypeOf<UnraisableEvent>();
  });
  using owned = proxy;
  expectTypeOf(owned).toEqualTypeOf<PyProxy>();
  // @ts-expect-error no such event
  python.on('raisable', () => undefined);
  // @ts-expect-error milliseconds
  python.shutdown({ timeout: '1 s' });
}

it('declarations are checked by the compiler', () => {
  for (const part of [declarations, buffers, modules, errors, classes, conversions, lifetime]) {
    expect(part).toBeTypeOf('function');
  }
});
