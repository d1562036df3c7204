import { PyBufferView } from './buffer.js';
import { PythonError } from './errors.js';
import { PyProxy } from './proxy.js';
import { proxyFlag } from './proxy-flags.js';
import { stateOf } from './state.js';

/** A class that is there for `instanceof`. */
function classOf(name: string, flags: number): object {
  // eslint-disable-next-line @typescript-eslint/no-extraneous-class -- it is there for instanceof
  const made = class {
    constructor() {
      throw new TypeError(`${name} is not a constructor`);
    }

    static [Symbol.hasInstance](value: unknown): boolean {
      const state = stateOf(value);
      return state !== undefined && (state.shared.flags & flags) !== 0;
    }
  };
  Object.defineProperty(made, 'name', { value: name });
  return made;
}

/** `pyodide.ffi`. */
export const ffi = {
  PyProxy,
  PyProxyWithLength: classOf('PyProxyWithLength', proxyFlag.length),
  PyProxyWithGet: classOf('PyProxyWithGet', proxyFlag.get),
  PyProxyWithSet: classOf('PyProxyWithSet', proxyFlag.set),
  PyProxyWithHas: classOf('PyProxyWithHas', proxyFlag.contains),
  PyDict: classOf('PyDict', proxyFlag.dict),
  PyIterable: classOf('PyIterable', proxyFlag.iterable | proxyFlag.iterator),
  PyAsyncIterable: classOf('PyAsyncIterable', proxyFlag.asyncIterable | proxyFlag.asyncIterator),
  PyIterator: classOf('PyIterator', proxyFlag.iterator),
  PyAsyncIterator: classOf('PyAsyncIterator', proxyFlag.asyncIterator),
  PyGenerator: classOf('PyGenerator', proxyFlag.generator),
  PyAsyncGenerator: classOf('PyAsyncGenerator', proxyFlag.asyncGenerator),
  PyAwaitable: classOf('PyAwaitable', proxyFlag.awaitable),
  PyCallable: classOf('PyCallable', proxyFlag.callable),
  PyBuffer: classOf('PyBuffer', proxyFlag.buffer),
  PyBufferView,
  PySequence: classOf('PySequence', proxyFlag.sequence),
  PyMutableSequence: classOf('PyMutableSequence', proxyFlag.mutableSequence),
  PythonError,
};
