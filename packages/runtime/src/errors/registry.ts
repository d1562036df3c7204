import { NG_OPERATION_CALL } from '@nogil/abi/constants';

import { Conversion } from '../conversion/to-python.js';
import { environment } from '../environment.js';
import type { Crossing } from '../frame/crossing.js';
import { operate, readHandle, readHandleOrNone } from '../frame/operate.js';
import { invoke } from '../invoke.js';
import { supportFunction } from '../support.js';
import type { PyProxy } from '../types.js';
import type { BuiltinErrors, ErrorClass } from './builtin-errors.js';
import { kindOfType } from './kinds.js';

/** The classes of Python's exceptions. */
export interface ErrorClasses extends BuiltinErrors {
  /**
   * The class of any exception type: `python.errors.of(json.JSONDecodeError)`. The same one as long as anybody has
   * it, on this thread.
   *
   * @param type - a Python class that derives from `BaseException`
   * @throws PythonError `TypeError` for anything else
   * @remarks The type's own JS thread.
   */
  of(type: PyProxy): ErrorClass;
}

function of(type: PyProxy): ErrorClass {
  const here = environment();
  const conversion = new Conversion(here);
  try {
    const callable = supportFunction(here, 'checked_exception_class');
    const positional: Crossing[] = [callable, conversion.ready(type)];
    const handle = operate(here, NG_OPERATION_CALL, positional, readHandle);
    return kindOfType(here, handle).constructorOf;
  } finally {
    conversion.done();
  }
}

/** Those looked up before. They are for good, as the types are. */
const found = new Map<string, ErrorClass>();

function builtin(name: string): ErrorClass | undefined {
  const known = found.get(name);
  if (known !== undefined) return known;
  const here = environment();
  const callable = supportFunction(here, 'builtin_exception');
  const handle = operate(here, NG_OPERATION_CALL, [callable, name], readHandleOrNone);
  if (handle === 0) return undefined;
  const made = kindOfType(here, handle).constructorOf;
  found.set(name, made);
  return made;
}

function member(key: string | symbol): unknown {
  if (typeof key === 'symbol') return undefined;
  return key === 'of' ? of : builtin(key);
}

const handler: ProxyHandler<object> = {
  get: (_target, key) => member(key),
  has: (_target, key) => member(key) !== undefined,
  ownKeys: () => {
    const here = environment();
    const callable = supportFunction(here, 'builtin_exceptions');
    const names = invoke(here, NG_OPERATION_CALL, callable, []) as string;
    return ['of', ...names.split('\n')];
  },
  getOwnPropertyDescriptor: (_target, key) => {
    const value = member(key);
    return value === undefined ? undefined : { value, enumerable: true, configurable: true };
  },
  set: () => false,
  defineProperty: () => false,
  deleteProperty: () => false,
};

/** One class for each of Python's exception types, made when it is asked for; that starts Python. */
export const errorClasses: ErrorClasses = new Proxy({}, handler) as ErrorClasses;
