import { NG_OPERATION_CALL, NG_OPERATION_CALL_FOR_TEXT } from '@nogil/abi/constants';

import type { Environment } from '../environment.js';
import { Exception } from '../errors/exception.js';
import { PythonError as NogilPythonError } from '../errors/python-error.js';
import { operate } from '../frame/operate.js';
import { cellOf, handleCell } from '../proxy/handle-cell.js';
import { supportFunction } from '../support.js';

const readText = ({ arena }: Environment, frame: number): string => arena.text(arena.result(frame));

/** A Python exception, as Pyodide shows it: its message is the whole traceback. */
export class PythonError extends Error {
  /** The name of the exception's class. */
  readonly type: string;
  declare readonly __error_address: number;

  constructor(type: string, message: string, exception: Exception) {
    super(message);
    this.type = type;
    this.__error_address = exception.identity;
    Object.defineProperty(this, handleCell, { value: exception, enumerable: false });
  }
}
// The bundle has another class of that name, and calls this one something else.
Object.defineProperty(PythonError, 'name', { value: 'PythonError' });
Object.defineProperty(PythonError.prototype, 'name', { value: 'PythonError' });

/** What is thrown for what an operation threw. */
export function asPyodideError(error: unknown): unknown {
  if (!(error instanceof NogilPythonError)) return error;
  const exception = cellOf(error);
  if (!(exception instanceof Exception)) return error;
  const { environment } = exception;
  try {
    const ask = (name: string, operation: number): string => {
      const callee = supportFunction(environment, name);
      return operate(environment, operation, [callee, exception.reference()], readText);
    };
    return new PythonError(
      ask('pyodide_exception_name', NG_OPERATION_CALL),
      ask('pyodide_format_exception', NG_OPERATION_CALL_FOR_TEXT),
      exception,
    );
  } catch {
    return error; // Python cannot be asked any more
  }
}
