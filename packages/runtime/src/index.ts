export { NogilError, type NogilErrorCode } from '@nogil/abi';
export type { ModuleOptions } from './evaluation/module.js';
export type { Namespace, RunOptions } from './evaluation/run.js';
export type { PythonInfo } from './info.js';
export { kw } from './keywords.js';
export { python, type ShutdownOptions } from './python.js';
export type {
  BuiltinErrors,
  ErrorClass,
  OperatingSystemError,
  SourceError,
  SystemExitError,
} from './errors/builtin-errors.js';
export { PythonError, PythonErrorGroup } from './errors/python-error.js';
export type { ErrorClasses } from './errors/registry.js';
export type { StartOptions } from './start.js';
export type { PyAny, PyProxy } from './types.js';
