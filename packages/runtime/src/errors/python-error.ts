/**
 * A Python exception.
 *
 * `name` is the exception's class without its module (`KeyError`), `message` what `str()` makes of it,
 * so that the error reads in JavaScript as it does in Python. Passed back to Python, it is the exception
 * itself.
 */
export class PythonError extends Error {
  /** The exception's class with its module: `KeyError`, `json.decoder.JSONDecodeError`. */
  readonly type: string;
  /** The whole traceback, causes and contexts included, as Python prints it. */
  readonly traceback: string;

  /**
   * @param type - the class with its module; that of a builtin without one
   * @param message - `str()` of the exception
   * @param traceback - formatted, ending in a line feed
   */
  constructor(type: string, message: string, traceback: string) {
    super(message);
    this.type = type;
    this.traceback = traceback;
    // Not enumerable, as an Error's own name is not: console.log would repeat them.
    Object.defineProperty(this, 'name', { value: type.slice(type.lastIndexOf('.') + 1) });
    Object.defineProperty(this, 'type', { enumerable: false });
    Object.defineProperty(this, 'traceback', { enumerable: false });
    const frames = (this.stack ?? '').split('\n').filter((line) => line.startsWith('    at '));
    Object.defineProperty(this, 'stack', {
      value: `${traceback.trimEnd()}\n${frames.join('\n')}`,
      configurable: true,
      writable: true,
    });
  }
}
