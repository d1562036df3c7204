import type { BufferData, BufferType } from './buffers/element-types.js';
import type { BufferOptions, PyBuffer } from './buffers/py-buffer.js';

/**
 * A value that comes from Python and whose type TypeScript cannot know: an attribute, the result of a
 * call. This is the one place where the public API says `any`: Python is typed at run time, and to make
 * every `np.zeros(3).sum()` a cast would help nobody. Annotate where you know better:
 * `const total: number = values.sum()`.
 */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type PyAny = any;

/**
 * A Python object in JavaScript. Attributes are properties; a missing one is `undefined`. Calling it,
 * also with `new`, calls it in Python; keyword arguments go last: `f(a, kw({ axis: 0 }))`.
 *
 * It holds the object until `destroy()`, the end of its `using` block, or some time after JavaScript
 * has dropped it. It belongs to the thread it was made on.
 */
export interface PyProxy extends Disposable {
  /** Releases the Python object now. Twice is fine; any other use afterwards is a `NogilError`. */
  destroy(): void;
  /** Calls it; the last argument holds the keyword arguments. */
  callKwargs(...args: unknown[]): PyAny;
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
  /** Python's `str()`. */
  toString(): string;
  /** Iterates over it, where Python can. */
  [Symbol.iterator](): Generator<PyAny, void, void>;
  (...args: unknown[]): PyAny;
  new (...args: unknown[]): PyAny;
  /** A Python attribute. One that is hidden by a method above is reached as `$name`. */
  [attribute: string]: PyAny;
}
