/**
 * Every failure of nogil's own that a program may want to tell apart. A Python exception is not one of
 * them: it arrives as `PythonError`.
 */
export type NogilErrorCode =
  | 'CORE_NOT_FOUND'
  | 'CORE_UNUSABLE'
  | 'PYTHON_NOT_FOUND'
  | 'PYTHON_REFUSED'
  | 'PYTHON_MISMATCH'
  | 'PYTHON_START_FAILED'
  | 'PYTHON_NOT_STARTED'
  | 'PYTHON_RAISED'
  | 'PYTHON_SHUT_DOWN'
  | 'INSTALL_FAILED'
  | 'PIP_FAILED'
  | 'INSTALL_TOOLS_MISSING'
  | 'CHECKSUM_MISMATCH'
  | 'SOURCE_UNAVAILABLE'
  | 'STALE_HANDLE'
  | 'FOREIGN_HANDLE'
  | 'UNSUPPORTED_VALUE'
  | 'UNREPRESENTABLE_STRING'
  | 'INVALID_ARGUMENT'
  | 'UNSUPPORTED_BUILD'
  | 'NESTED_TOO_DEEPLY'
  | 'OUT_OF_MEMORY'
  | 'TIMED_OUT'
  | 'DEADLOCK'
  | 'THREAD_ENDING'
  | 'ABORTED'
  | 'ABANDONED'
  | 'GATE_CLOSED'
  | 'NOT_A_TYPE'
  | 'CREATION_IN_PROGRESS'
  | 'INTERNAL';

/**
 * An error raised by nogil itself. The message names the subject and the next step; `code` is stable
 * and meant for programs; `cause` holds what led to it, where something did.
 */
export class NogilError extends Error {
  override readonly name = 'NogilError';
  readonly code: NogilErrorCode;

  /**
   * @param code - what went wrong, for programs
   * @param message - what went wrong and what to do next, for people
   * @param options - `cause`: the error underneath, if there is one
   */
  constructor(code: NogilErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
