/** What can go wrong besides a wrong argument, which is a `TypeError` or a `RangeError`. */
export type FfiErrorCode =
  'LIBRARY_UNUSABLE' | 'SYMBOL_NOT_FOUND' | 'LIBRARY_CLOSED' | 'CALLBACK_CLOSED' | 'NOT_SUPPORTED';

/** A library or a callback that cannot be used, or a part of `bun:ffi` that is not here. */
export class FfiError extends Error {
  override readonly name = 'FfiError';
  readonly code: FfiErrorCode;

  /**
   * @param code - what went wrong, for programs
   * @param message - what went wrong and what to do, for people
   * @param options - `cause`: the error underneath
   */
  constructor(code: FfiErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
