import { NogilError } from './error.js';
import {
  NG_STATUS_BAD_ARGUMENT,
  NG_STATUS_BAD_FRAME,
  NG_STATUS_BUSY,
  NG_STATUS_DEADLOCK,
  NG_STATUS_ENVIRONMENT_ENDED,
  NG_STATUS_EQUAL_KEYS,
  NG_STATUS_FOREIGN_HANDLE,
  NG_STATUS_LIBRARY_UNUSABLE,
  NG_STATUS_MISMATCH,
  NG_STATUS_NOT_A_TYPE,
  NG_STATUS_NOT_STARTED,
  NG_STATUS_OUT_OF_MEMORY,
  NG_STATUS_SHUT_DOWN,
  NG_STATUS_STALE_HANDLE,
  NG_STATUS_START_FAILED,
  NG_STATUS_PYTHON_ERROR,
  NG_STATUS_SURROGATE_PAIR,
  NG_STATUS_TIMED_OUT,
  NG_STATUS_UNSUPPORTED,
} from './generated/constants.js';

/**
 * The error for a status of the core's.
 *
 * @param status - an `NG_STATUS_…` other than OK
 * @param message - what the core said; empty where it says nothing
 */
export function statusError(status: number, message = ''): NogilError {
  switch (status) {
    case NG_STATUS_OUT_OF_MEMORY:
      return new NogilError('OUT_OF_MEMORY', message || 'there is no memory for this value');
    case NG_STATUS_STALE_HANDLE:
      return new NogilError(
        'STALE_HANDLE',
        'this Python object was released before; keep its proxy, or copy it, for as long as it is used',
      );
    case NG_STATUS_FOREIGN_HANDLE:
      return new NogilError('FOREIGN_HANDLE', 'this Python object belongs to another JS thread');
    case NG_STATUS_SHUT_DOWN:
      return new NogilError(
        'PYTHON_SHUT_DOWN',
        'Python has been shut down in this process and cannot be started again; ' +
          'call python.shutdown() only when nothing uses Python any more',
      );
    case NG_STATUS_MISMATCH:
      return new NogilError('PYTHON_MISMATCH', message);
    case NG_STATUS_LIBRARY_UNUSABLE:
    case NG_STATUS_START_FAILED:
      return new NogilError('PYTHON_START_FAILED', message);
    case NG_STATUS_SURROGATE_PAIR:
      return new NogilError(
        'UNREPRESENTABLE_STRING',
        'this str has a high surrogate followed by a low one as two code points; in JavaScript they ' +
          'would become one character. Encode it in Python: s.encode("utf-16", "surrogatepass")',
      );
    case NG_STATUS_EQUAL_KEYS:
      return new NogilError(
        'UNSUPPORTED_VALUE',
        'two keys that JavaScript tells apart are equal in Python (1, 1n and true; null and undefined): ' +
          'one entry would be lost. Make the keys strings, or fill a dict in Python',
      );
    case NG_STATUS_PYTHON_ERROR:
      return new NogilError('PYTHON_RAISED', message);
    case NG_STATUS_BAD_ARGUMENT:
      return new NogilError('INVALID_ARGUMENT', message || 'the core cannot use this argument');
    case NG_STATUS_UNSUPPORTED:
      return new NogilError(
        'UNSUPPORTED_BUILD',
        message || 'this build of Python does not have what was asked for',
      );
    case NG_STATUS_TIMED_OUT:
      return new NogilError('TIMED_OUT', message || 'the time to wait was over');
    case NG_STATUS_DEADLOCK:
      return new NogilError(
        'DEADLOCK',
        message ||
          'this wait would never end: what it waits for is held by this thread, or by one that waits for ' +
            'the function running here, which Python called; release it first, or make types and ' +
            'functions before, or outside of that function',
      );
    case NG_STATUS_ENVIRONMENT_ENDED:
      return new NogilError(
        'THREAD_ENDING',
        message || 'this thread was ended while it waited; nothing was made or taken',
      );
    case NG_STATUS_NOT_STARTED:
      return new NogilError(
        'PYTHON_NOT_STARTED',
        'no Python runs in this process yet: start one first, with startPython() of @nogil/abi or by ' +
          'using nogil',
      );
    case NG_STATUS_NOT_A_TYPE:
      return new NogilError(
        'NOT_A_TYPE',
        'this Python object is not a type; pass a class, for instance type(x) instead of x',
      );
    case NG_STATUS_BAD_FRAME:
    case NG_STATUS_BUSY:
    default:
      return new NogilError(
        'INTERNAL',
        `the core answered status ${status}${message && `: ${message}`}; this is a defect in nogil, please report it`,
      );
  }
}
