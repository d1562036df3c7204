import {
  checkedName,
  createFunction,
  type FunctionSignature,
  NogilError,
  openCore,
  type RawFunction,
  releaseObject,
  statusError,
} from '@nogil/abi';
import { NG_STATUS_OK } from '@nogil/abi/constants';

/** A method with what Python shows of it. */
export interface MethodDefinition {
  readonly call: RawFunction;
  /** As between the parentheses of a `def`, `self` first; unknown by default. */
  readonly parameters?: string;
}

/** A Python type to be made. */
export interface TypeDefinition {
  /** What it is called; `_2`, `_3` … is added where the process has had that name before. */
  readonly name: string;
  /** Handles of Python types, which stay the caller's; none: `object`. */
  readonly bases?: readonly number[];
  /** Handle of a metaclass, which stays the caller's; by default that of the bases. */
  readonly metaclass?: number;
  /** Called with a handle of the instance first, and then as {@link emitFunction} says. */
  readonly methods?: Readonly<Record<string, RawFunction | MethodDefinition>>;
  /** Handles of other attributes of the class, which stay the caller's. */
  readonly attributes?: Readonly<Record<string, number>>;
}

/**
 * Makes a Python callable of a JavaScript function. Python may call it on any thread: on others than this
 * one it waits, detached, until this thread's event loop, or a wait for a lock, gets to it. What the
 * function throws is raised as `JavaScriptError`, a `RuntimeError`. The process makes one dispatcher for
 * each signature, under the creation lock.
 *
 * @param target - gets the names of keyword arguments, then a handle of each argument, which are its own
 *   to release; it returns a handle, which is taken over, or nothing for `None`
 * @param signature - `name` becomes `__name__`; `parameters` is what `help()` and `inspect` show
 * @returns a handle, for the caller to release; the function is kept until Python drops the callable
 * @throws NogilError `INVALID_ARGUMENT`, `PYTHON_RAISED` for parameters that are not Python,
 *   `PYTHON_NOT_STARTED`, `PYTHON_SHUT_DOWN`
 * @remarks Any JS thread.
 */
export function emitFunction(target: RawFunction, signature: FunctionSignature): number {
  return createFunction(target, signature);
}

function checkNames(names: readonly string[]): void {
  for (const name of names) {
    if (checkedName('the name of a type or of an attribute', name) === '') {
      throw new NogilError('INVALID_ARGUMENT', 'names of a type and its attributes are not empty');
    }
  }
}

function emitMethod(name: string, method: RawFunction | MethodDefinition): number {
  const definition = typeof method === 'function' ? { call: method } : method;
  return createFunction(definition.call, {
    name,
    ...(definition.parameters !== undefined && { parameters: definition.parameters }),
  });
}

/**
 * Makes a Python type whose methods are JavaScript functions, under the creation lock: no other thread
 * makes one meanwhile. Metaclass, `__init_subclass__` and `__set_name__` run as for a class statement.
 * Its `__module__` is `nogil`, and no other type of the process has, or had, its name.
 *
 * @param definition - name, bases and attributes
 * @returns a handle, for the caller to release
 * @throws NogilError `PYTHON_RAISED` when the bases or the metaclass refuse, `STALE_HANDLE`,
 *   `FOREIGN_HANDLE`, `INVALID_ARGUMENT`, and as {@link emitFunction}
 * @remarks Any JS thread; the methods run on this one.
 */
export function emitType(definition: TypeDefinition): number {
  const methods = Object.entries(definition.methods ?? {});
  const attributes = Object.entries(definition.attributes ?? {});
  const names = [...methods, ...attributes].map(([name]) => name);
  checkNames([definition.name, ...names]);
  const core = openCore();
  const emitted: number[] = [];
  try {
    for (const [name, method] of methods) emitted.push(emitMethod(name, method));
    const { status, message, value } = core.emitType(
      definition.name,
      definition.metaclass ?? 0,
      definition.bases ?? [],
      names,
      [...emitted, ...attributes.map(([, handle]) => handle)],
      methods.length,
    );
    if (status !== NG_STATUS_OK) throw statusError(status, message);
    return value;
  } finally {
    emitted.forEach(releaseObject);
  }
}
