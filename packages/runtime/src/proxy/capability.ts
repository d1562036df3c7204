import { NG_OBJECT_SHAPE } from '@nogil/abi/constants';

/**
 * What a Python object can do, as far as its type decides it: one bit each, in the word that the core sends along
 * with an object. The names are those of native/src/python/protocols.py.
 */
export const capability = {
  /** Every object: a shape is never 0. */
  any: NG_OBJECT_SHAPE,
  /** `__len__` */
  length: NG_OBJECT_SHAPE * 2 ** 1,
  /** `__getitem__` */
  items: NG_OBJECT_SHAPE * 2 ** 2,
  iterable: NG_OBJECT_SHAPE * 2 ** 3,
  iterator: NG_OBJECT_SHAPE * 2 ** 4,
  generator: NG_OBJECT_SHAPE * 2 ** 5,
  awaitable: NG_OBJECT_SHAPE * 2 ** 6,
  /** An awaitable that can be awaited once. */
  coroutine: NG_OBJECT_SHAPE * 2 ** 7,
  asyncIterable: NG_OBJECT_SHAPE * 2 ** 8,
  asyncIterator: NG_OBJECT_SHAPE * 2 ** 9,
  asyncGenerator: NG_OBJECT_SHAPE * 2 ** 10,
  contextManager: NG_OBJECT_SHAPE * 2 ** 11,
  asyncContextManager: NG_OBJECT_SHAPE * 2 ** 12,
  /** `isinstance(x, object)` works: types, and what stands for one. */
  instanceCheck: NG_OBJECT_SHAPE * 2 ** 13,
  /** `__contains__` */
  contains: NG_OBJECT_SHAPE * 2 ** 14,
  mapping: NG_OBJECT_SHAPE * 2 ** 15,
  set: NG_OBJECT_SHAPE * 2 ** 16,
  /** `__len__` and `__getitem__`, and no mapping. */
  sequence: NG_OBJECT_SHAPE * 2 ** 17,
  /** `__index__` or `__float__`, and no `__len__`: an array of one element is no number. */
  number: NG_OBJECT_SHAPE * 2 ** 18,
  type: NG_OBJECT_SHAPE * 2 ** 19,
  exception: NG_OBJECT_SHAPE * 2 ** 20,
  /** The buffer protocol. */
  buffer: NG_OBJECT_SHAPE * 2 ** 21,
  /** Its class derives from one that stands for a JavaScript class, of whatever thread. */
  emitted: NG_OBJECT_SHAPE * 2 ** 22,
} as const;
