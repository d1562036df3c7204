import { types } from 'node:util';

import { NogilError } from '@nogil/abi';

import { PyBuffer } from '../buffers/py-buffer.js';
import { type Environment, environment } from '../environment.js';
import { cellOf } from '../proxy/handle-cell.js';
import type { Scoped, ScopeMembers } from './scope-members.js';

/** What errors say of a proxy that is used after its scope. */
const FAREWELL =
  'released at the end of python.scope; return it from the scope, or keep it with scope.keep(object)';

/** What the function that `python.scope` calls gets. */
export interface Scope {
  /**
   * Takes an object out of the scope: it is not released at its end. It belongs to the scope around, if there is one.
   *
   * @param value - a proxy or a buffer; an array or a plain object of them, one level deep; anything else is left as
   *   it is
   * @returns the same
   */
  keep<Value>(value: Value): Value;
}

function isObject(value: unknown): value is object {
  return (typeof value === 'object' && value !== null) || typeof value === 'function';
}

/** Whether an object is an array or a plain object, whose members leave the scope with it. */
function isHolder(value: object): boolean {
  if (types.isProxy(value)) return false; // its traps may do anything
  if (Array.isArray(value)) return true;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype;
}

class OpenScope implements ScopeMembers {
  readonly #environment: Environment;
  readonly #outer: ScopeMembers | undefined;
  readonly #members = new Set<Scoped>();

  constructor(here: Environment) {
    this.#environment = here;
    this.#outer = here.scope;
  }

  add(member: Scoped): void {
    this.#members.add(member);
  }

  delete(member: Scoped): void {
    this.#members.delete(member);
    this.#outer?.delete(member);
  }

  keep(value: unknown): void {
    if (!isObject(value) || this.#keepOne(value) || !isHolder(value)) return;
    for (const property of Object.values(Object.getOwnPropertyDescriptors(value))) {
      if (isObject(property.value)) this.#keepOne(property.value);
    }
  }

  /** Whether it is something that scopes release. */
  #keepOne(value: object): boolean {
    const member = value instanceof PyBuffer ? value : cellOf(value);
    if (member === undefined) return false;
    if (this.#members.delete(member as Scoped)) this.#outer?.add(member as Scoped);
    return true;
  }

  /** @returns what could not be released, and why */
  close(): unknown[] {
    this.#environment.scope = this.#outer;
    const handles: number[] = [];
    const errors: unknown[] = [];
    for (const member of this.#members) {
      if (member.retire === undefined) {
        try {
          member.release(FAREWELL);
        } catch (error) {
          errors.push(error);
        }
      } else {
        const handle = member.retire(FAREWELL);
        if (handle !== 0) handles.push(handle);
      }
    }
    this.#members.clear();
    // All of them dead before the first is released: what a release runs must not find half a scope alive.
    this.#environment.releases.now(handles);
    return errors;
  }
}

function refuseLater(what: string): never {
  throw new NogilError(
    'INVALID_ARGUMENT',
    `python.scope is synchronous, and ${what}: what it makes after the scope's end would belong to nobody. ` +
      'Await first and open a scope around each synchronous part, or use `using` for each proxy',
  );
}

/** Refuses what would go on after the scope, before it has begun. */
function check(body: unknown): void {
  if (typeof body !== 'function') {
    throw new NogilError('INVALID_ARGUMENT', `python.scope takes a function, not a ${typeof body}`);
  }
  if (types.isAsyncFunction(body)) refuseLater('this is an async function');
  if (types.isGeneratorFunction(body)) refuseLater('this is a generator function');
}

/**
 * Calls a function, and releases every proxy and every buffer that was made on this thread meanwhile, at once: also
 * in a long synchronous loop, where no engine runs finalizers. Released are also those made by callbacks that Python
 * calls meanwhile.
 *
 * Not released: what there was before (the same Python object is the same proxy), what `body` returns (a proxy or a
 * buffer; those in an array or a plain object, one level deep), what it gives to `scope.keep`, instances of JavaScript
 * classes that extend Python's (they have state that Python's half has not), and errors. Scopes nest: what leaves an
 * inner one belongs to the one around.
 *
 * The thread is not attached to Python for longer than each operation takes.
 *
 * @param body - synchronous; called with the scope
 * @returns what `body` returns
 * @throws what `body` throws, after everything was released; NogilError `INVALID_ARGUMENT` for an async function, a
 *   generator function, and a promise as the result; what {@link PyBuffer.release} throws
 * @remarks Any JS thread. Starts Python.
 */
export function scope<Result>(body: (scope: Scope) => Result): Result {
  check(body);
  const here = environment();
  const open = new OpenScope(here);
  const outer = here.scope;
  here.scope = open;
  let result: Result;
  try {
    result = body({
      keep(value) {
        open.keep(value);
        return value;
      },
    });
    if (types.isPromise(result)) refuseLater('its function returned a promise');
    open.keep(result);
  } catch (error) {
    // What the function threw is what the caller has to know; a buffer that stays is released when it is collected.
    open.close();
    throw error;
  } finally {
    here.scope = outer;
  }
  const [first] = open.close();
  // eslint-disable-next-line @typescript-eslint/only-throw-error -- as PyBuffer.release threw it
  if (first !== undefined) throw first;
  return result;
}
