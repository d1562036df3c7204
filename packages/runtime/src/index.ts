export { NogilError, type NogilErrorCode } from '@nogil/abi';
export type { InstalledPackage, PipResult, PipWarning, PythonInstallation } from '@nogil/python';
export type { BufferOptions, PyBuffer } from './buffers/py-buffer.js';
export type { BufferData, BufferType } from './buffers/element-types.js';
export type { CallbackOptions } from './concurrency/callback.js';
export type { ModuleOptions } from './evaluation/module.js';
export type { Namespace, RunOptions } from './evaluation/run.js';
export type {
  CollectorState,
  EnvironmentState,
  Inspection,
  PoolState,
  PythonThread,
} from './diagnostics/inspect.js';
export type { PythonInfo } from './info.js';
export type { PythonClassOptions } from './classes/emitted.js';
export type { PyClass, PyInstance } from './classes/types.js';
export type { Codec, JavaScriptMatch } from './conversion/codecs.js';
export type { DatetimeOption, ToJsOptions, ToPyOptions } from './conversion/options.js';
export type { Progress } from './concurrency/batch.js';
export type { Items } from './concurrency/items.js';
export type { CallBounds, CallOptions } from './concurrency/options.js';
export type { ParallelCall, ParallelOptions } from './concurrency/parallel.js';
export type { OpenOptions } from './concurrency/share.js';
export type { HandleToken, ShareOptions } from '@nogil/handles';
export { ParallelError } from './concurrency/parallel-error.js';
export type { RegisterModuleOptions } from './javascript/register.js';
export type { HeapCycle, HeldObject, LeakedProxy, Leaks, LeaksOptions } from './lifetime/leaks.js';
export type { Scope } from './lifetime/scope.js';
export type { UnraisableEvent } from './lifetime/unraisable.js';
export { kw } from './keywords.js';
export type { PipArguments, PipLockOptions, PipOptions } from './pip.js';
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
export type { InputChunk, InputOptions, InputSource } from './streams/input.js';
export type {
  OutputMode,
  OutputOptions,
  WebWritableTarget,
  WritableTarget,
} from './streams/output.js';
export type {
  InputStream,
  OutputRedirect,
  OutputStream,
  StreamRedirect,
} from './streams/redirect.js';
export type { Operators } from './protocol/operators.js';
export type {
  PyAny,
  PyAsyncGenerator,
  PyAwaitable,
  PyGenerator,
  PyIterator,
  PyMapping,
  PyProxy,
  PySequence,
  PySet,
} from './types.js';
/** @internal What the entry `nogil/pyodide` is a door to. */
export * as nogilPyodide from './pyodide/index.js';
