import { NogilError } from '@nogil/abi';
import { NG_OPERATION_CALL } from '@nogil/abi/constants';

import { environment } from '../environment.js';
import { invoke } from '../invoke.js';
import { supportFunction } from '../support.js';
import { asModule } from './modules.js';

/** How to register a module. */
export interface RegisterModuleOptions {
  /** Whether it may hide a Python module of that name. */
  readonly override?: boolean;
}

/**
 * Makes a JavaScript object a Python module, for all threads: `import name` finds it, `import name.sub` the object
 * that is its property `sub`, and attributes of the module are the object's properties, also for writing. From now on
 * the object crosses by reference, also where its like is copied.
 *
 * @param name - the module's name, with dots where it is a part of another
 * @param object - an object or function
 * @throws NogilError `INVALID_ARGUMENT`; PythonError `ValueError` for what is no name, and for the name of a Python
 *   module unless `override` is set
 * @remarks Any JS thread; what is done with the module is done on this one.
 */
export function registerModule(
  name: string,
  object: object,
  options: RegisterModuleOptions = {},
): void {
  if (typeof name !== 'string') {
    throw new NogilError('INVALID_ARGUMENT', `a module's name is a string, not ${typeof name}`);
  }
  if (
    (typeof object !== 'object' && typeof object !== 'function') ||
    (object as unknown) === null
  ) {
    throw new NogilError('INVALID_ARGUMENT', 'a module is an object or a function');
  }
  const here = environment();
  const { override = false } = options;
  invoke(here, NG_OPERATION_CALL, supportFunction(here, 'register_module'), [
    name,
    asModule(object),
    override,
  ]);
}

/**
 * Undoes {@link registerModule}. A Python module that it hid is found again. What imported the module keeps it.
 *
 * @param name - as it was registered
 * @throws PythonError `ValueError` when nothing is registered by that name
 * @remarks Any JS thread.
 */
export function unregisterModule(name: string): void {
  const here = environment();
  invoke(here, NG_OPERATION_CALL, supportFunction(here, 'unregister_module'), [name]);
}
