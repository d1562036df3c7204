import type { BufferData, BufferType } from './buffers/element-types.js';
import type { BufferOptions, PyBuffer } from './buffers/py-buffer.js';
import type { ToJsOptions } from './conversion/options.js';

/**
 * A value that comes from Python and whose type TypeScript cannot know: an attribute, the result of a
 * call. This is the one place where the public API says `any`: Python is typed at run time, and to make
 * every `np.zeros(3).sum()` a cast would help nobody. Annotate where you know better:
 * `const total: number = values.sum()`.
 */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type PyAny = any;

/** What {@link PyProxy.destroy} is told. */
export interface DestroyOptions {
  /** Repeated by the error of whoever uses the proxy afterwards: who released it, and what to do instead. */
  readonly message?: string;
}

/**
 * A Python object in JavaScript. Attributes are properties; a missing one is `undefined`. Calling it,
 * also with `new`, calls it in Python; keyword arguments go last: `f(a, kw({ axis: 0 }))`.
 *
 * The same Python object is the same proxy, for as long as that lives: `a.b === a.b`. So whoever destroys it
 * destroys it for all who have it; `copy()` has a life of its own.
 *
 * - `object[0]` is an item where the object has items, `object.length` its `len()` where Python has no attribute
 *   `length`. Other keys: `python.op.getitem(object, key)`, `object.$slice('1:')`, and `get`, `set`, `has`,
 *   `delete` and `entries` of mappings where Python has no methods of these names.
 * - `Object.keys` lists attributes, as `dir()`.
 * - `in` asks for attributes, and for indexes where the object has items.
 * - A number in arithmetic, `str()` in text. JavaScript takes every object for true: `python.op.truth(object)`.
 *
 * It holds the object until `destroy()`, the end of its `using` block, or some time after JavaScript
 * has dropped it. It belongs to the thread it was made on.
 */
export interface PyProxy extends Disposable {
  /** Releases the Python object now. Twice is fine; any other use afterwards is a `NogilError`. */
  destroy(options?: DestroyOptions): void;
  /**
   * Another proxy of the same Python object, which is released by itself. A copy of the object is what Python's own
   * method makes: `list.$copy()`.
   */
  copy(): this;
  /** Calls it; the last argument holds the keyword arguments. */
  callKwargs(...args: unknown[]): PyAny;
  /**
   * Calls it on a thread of the pool, while this one goes on; arguments as for a call, and cross before this
   * returns. Of what can be called only. `python.callAsync` takes bounds.
   *
   * @throws (rejects with) PythonError what it raises; NogilError `UNSUPPORTED_VALUE`, `PYTHON_SHUT_DOWN`
   */
  callAsync(...args: unknown[]): Promise<PyAny>;
  /**
   * The memory of an object with the buffer protocol, without a copy: bytes, bytearray, memoryview, array,
   * NumPy arrays. Read-only memory is copied, unless `{ unsafeWritable: true }`.
   *
   * @param type - of the items; without it, what Python says they are
   * @throws PythonError `TypeError` when it has none; NogilError `UNSUPPORTED_VALUE` for items that no typed
   *   array has, with what to ask for instead
   */
  getBuffer<Type extends BufferType>(
    type: Type,
    options?: BufferOptions,
  ): PyBuffer<BufferData[Type]>;
  getBuffer(options?: BufferOptions): PyBuffer;
  /** A JavaScript value like it: see `python.toJs`. */
  toJs(options?: ToJsOptions): PyAny;
  /** Python's `str()`. */
  toString(): string;
  /**
   * For `JSON.stringify`: what JSON can hold, as JavaScript has it.
   *
   * @throws PythonError a `TypeError` for anything that would be lost or changed
   */
  toJSON(): unknown;
  /**
   * An item or a slice by what stands between brackets in Python: `matrix.$slice('1:, ::2')`.
   *
   * @param subscript - whole numbers, slices, `...` and `None`, with commas between
   * @throws NogilError `INVALID_ARGUMENT` for anything else
   */
  $slice(subscript: string): PyAny;
  /** Iterates over it, where Python can. A generator that is abandoned half-way is closed. */
  [Symbol.iterator](): Generator<PyAny, void, void>;
  /** Iterates over an asynchronous iterable. */
  [Symbol.asyncIterator](): AsyncGenerator<PyAny, void, void>;
  /** A number's value, or `str()`. */
  [Symbol.toPrimitive](hint: 'number'): number | bigint;
  [Symbol.toPrimitive](hint: 'string'): string;
  [Symbol.toPrimitive](hint: string): string | number | bigint;
  /** Of a type: `isinstance(value, type)`. */
  [Symbol.hasInstance](value: unknown): boolean;
  /** Releases the Python object now, as `destroy()`; for `await using`. */
  [Symbol.asyncDispose](): Promise<void>;
  (...args: unknown[]): PyAny;
  new (...args: unknown[]): PyAny;
  /** A Python attribute. One that is hidden by a method above is reached as `$name`. */
  [attribute: string]: PyAny;
}

/** A Python sequence: `list`, `tuple`, an array. */
export interface PySequence<Item = PyAny> extends PyProxy {
  /** `len()` */
  readonly length: number;
  /** An item; an `IndexError` beyond the end. */
  [index: number]: Item;
  [Symbol.iterator](): Generator<Item, void, void>;
}

/** A Python mapping. Python's own methods win: `get` of a `dict` takes a default. */
export interface PyMapping<Key = PyAny, Value = PyAny> extends PyProxy {
  /** `len()` */
  readonly size: number;
  /** The value for a key; `null` when there is none. */
  get(key: Key): Value | null;
  /** Whether there is that key. */
  has(key: Key): boolean;
  /** Sets a value, and returns the mapping. */
  set(key: Key, value: Value): this;
  /** Removes a key; whether there was one. */
  delete(key: Key): boolean;
  /** Keys with their values, as arrays of two. */
  entries(): Generator<[Key, Value], void, void>;
  /** Keys. */
  [Symbol.iterator](): Generator<Key, void, void>;
}

/** A Python set. */
export interface PySet<Item = PyAny> extends PyProxy {
  /** `len()` */
  readonly size: number;
  /** Whether it is in the set. */
  has(item: Item): boolean;
  /** Removes it; whether it was there. */
  delete(item: Item): boolean;
  [Symbol.iterator](): Generator<Item, void, void>;
}

/** A Python iterator. */
export interface PyIterator<Item = PyAny> extends PyProxy {
  /** The next item. */
  next(): IteratorResult<Item, unknown>;
  [Symbol.iterator](): Generator<Item, void, void>;
}

/** A Python generator. */
export interface PyGenerator<Item = PyAny, Sent = unknown, Result = PyAny> extends PyProxy {
  /** Resumes it: `next(generator)` without a value, `generator.send(value)` with one. */
  next(value?: Sent): IteratorResult<Item, Result>;
  /** Closes it, so that its `finally` blocks run. */
  return<Value>(value?: Value): IteratorResult<Item, Value>;
  /** Raises an error where it stands. */
  throw(error: unknown): IteratorResult<Item, Result>;
  [Symbol.iterator](): Generator<Item, void, void>;
}

/** A Python asynchronous generator. */
export interface PyAsyncGenerator<Item = PyAny, Sent = unknown> extends PyProxy {
  next(value?: Sent): Promise<IteratorResult<Item, unknown>>;
  return<Value>(value?: Value): Promise<IteratorResult<Item, Value>>;
  throw(error: unknown): Promise<IteratorResult<Item, unknown>>;
  [Symbol.asyncIterator](): AsyncGenerator<Item, void, void>;
}

/** A Python awaitable. A coroutine starts when it is first awaited, and can be awaited as often as one likes. */
export interface PyAwaitable<Result = PyAny> extends PyProxy {
  then<Fulfilled = Result, Rejected = never>(
    fulfilled?: ((value: Result) => Fulfilled | PromiseLike<Fulfilled>) | null,
    rejected?: ((error: unknown) => Rejected | PromiseLike<Rejected>) | null,
  ): Promise<Fulfilled | Rejected>;
  catch<Rejected = never>(
    rejected?: ((error: unknown) => Rejected | PromiseLike<Rejected>) | null,
  ): Promise<Result | Rejected>;
  finally(done?: (() => void) | null): Promise<Result>;
}
