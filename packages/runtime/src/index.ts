export { NogilError, type NogilErrorCode } from '@nogil/abi';
export type { BufferOptions, PyBuffer } from './buffers/py-buffer.js';
export type { BufferData, BufferType } from './buffers/element-types.js';
export type { PythonInfo } from './info.js';
export { kw } from './keywords.js';
export { python, type RunOptions, type ShutdownOptions } from './python.js';
export { PythonError } from './errors/python-error.js';
export type { StartOptions } from './start.js';
export type { PyAny, PyProxy } from './types.js';
