import type { PythonError, PythonErrorGroup } from './python-error.js';

/** A class of errors: that of one Python exception type. */
export type ErrorClass<Instance extends PythonError = PythonError> = new (
  ...values: unknown[]
) => Instance;

/** `SystemExit`. It ends nothing by itself. */
export interface SystemExitError extends PythonError {
  /** What `sys.exit()` was called with. */
  readonly code: unknown;
}

/** `OSError` and what derives from it. */
export interface OperatingSystemError extends PythonError {
  readonly errno: number | null;
  readonly strerror: string | null;
  readonly filename: unknown;
  readonly filename2: unknown;
}

/** `SyntaxError` and what derives from it. */
export interface SourceError extends PythonError {
  readonly filename: string | null;
  /** From 1. */
  readonly lineno: number | null;
  /** The column, from 1. */
  readonly offset: number | null;
  /** The line. */
  readonly text: string | null;
}

/** The classes of Python's builtin exceptions. Those that not every version has are optional. */
export interface BuiltinErrors {
  readonly ArithmeticError: ErrorClass;
  readonly AssertionError: ErrorClass;
  readonly AttributeError: ErrorClass;
  readonly BaseException: ErrorClass;
  readonly BlockingIOError: ErrorClass<OperatingSystemError>;
  readonly BrokenPipeError: ErrorClass<OperatingSystemError>;
  readonly BufferError: ErrorClass;
  readonly BytesWarning: ErrorClass;
  readonly ChildProcessError: ErrorClass<OperatingSystemError>;
  readonly ConnectionAbortedError: ErrorClass<OperatingSystemError>;
  readonly ConnectionError: ErrorClass<OperatingSystemError>;
  readonly ConnectionRefusedError: ErrorClass<OperatingSystemError>;
  readonly ConnectionResetError: ErrorClass<OperatingSystemError>;
  readonly DeprecationWarning: ErrorClass;
  readonly EOFError: ErrorClass;
  readonly Exception: ErrorClass;
  readonly EncodingWarning: ErrorClass;
  readonly EnvironmentError: ErrorClass<OperatingSystemError>;
  readonly FileExistsError: ErrorClass<OperatingSystemError>;
  readonly FileNotFoundError: ErrorClass<OperatingSystemError>;
  readonly FloatingPointError: ErrorClass;
  readonly FutureWarning: ErrorClass;
  readonly GeneratorExit: ErrorClass;
  readonly IOError: ErrorClass<OperatingSystemError>;
  readonly ImportError: ErrorClass;
  readonly ImportWarning: ErrorClass;
  readonly IndentationError: ErrorClass<SourceError>;
  readonly IndexError: ErrorClass;
  readonly InterruptedError: ErrorClass<OperatingSystemError>;
  readonly IsADirectoryError: ErrorClass<OperatingSystemError>;
  readonly KeyError: ErrorClass;
  readonly KeyboardInterrupt: ErrorClass;
  readonly LookupError: ErrorClass;
  readonly MemoryError: ErrorClass;
  readonly ModuleNotFoundError: ErrorClass;
  readonly NameError: ErrorClass;
  readonly NotADirectoryError: ErrorClass<OperatingSystemError>;
  readonly NotImplementedError: ErrorClass;
  readonly OSError: ErrorClass<OperatingSystemError>;
  readonly OverflowError: ErrorClass;
  readonly PendingDeprecationWarning: ErrorClass;
  readonly PermissionError: ErrorClass<OperatingSystemError>;
  readonly ProcessLookupError: ErrorClass<OperatingSystemError>;
  readonly RecursionError: ErrorClass;
  readonly ReferenceError: ErrorClass;
  readonly ResourceWarning: ErrorClass;
  readonly RuntimeError: ErrorClass;
  readonly RuntimeWarning: ErrorClass;
  readonly StopAsyncIteration: ErrorClass;
  readonly StopIteration: ErrorClass;
  readonly SyntaxError: ErrorClass<SourceError>;
  readonly SyntaxWarning: ErrorClass;
  readonly SystemError: ErrorClass;
  readonly SystemExit: ErrorClass<SystemExitError>;
  readonly TabError: ErrorClass<SourceError>;
  readonly TimeoutError: ErrorClass<OperatingSystemError>;
  readonly TypeError: ErrorClass;
  readonly UnboundLocalError: ErrorClass;
  readonly UnicodeDecodeError: ErrorClass;
  readonly UnicodeEncodeError: ErrorClass;
  readonly UnicodeError: ErrorClass;
  readonly UnicodeTranslateError: ErrorClass;
  readonly UnicodeWarning: ErrorClass;
  readonly UserWarning: ErrorClass;
  readonly ValueError: ErrorClass;
  readonly Warning: ErrorClass;
  readonly ZeroDivisionError: ErrorClass;
  readonly _IncompleteInputError: ErrorClass<SourceError>;
  /** Python 3.11 and newer. */
  readonly BaseExceptionGroup?: ErrorClass<PythonErrorGroup>;
  /** Python 3.11 and newer. */
  readonly ExceptionGroup?: ErrorClass<PythonErrorGroup>;
  /** Python 3.13 and newer. */
  readonly PythonFinalizationError?: ErrorClass;
}
