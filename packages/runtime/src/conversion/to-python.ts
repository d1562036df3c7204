import { NogilError } from '@nogil/abi';
import { NG_JS_SHAPE_POLICY, NG_OPERATION_CALL } from '@nogil/abi/constants';

import {
  type Crossing,
  ForcedFloat,
  Handle,
  jsNull,
  Reference,
  writeCrossing,
} from '../frame/crossing.js';
import { isMemory, memoryHandle } from '../buffers/memory.js';
import { objectsOf } from '../javascript/host.js';
import type { JsEntry } from '../javascript/objects.js';
import { isBroken, shapeOf } from '../javascript/shape.js';
import { isModule } from '../javascript/modules.js';
import { boxOf } from '../javascript/symbol-box.js';
import type { Environment } from '../environment.js';
import { exceptionFor, isErrorObject } from '../errors/to-python.js';
import { cellOf } from '../proxy/handle-cell.js';
import { Keywords } from '../keywords.js';
import { operate, readHandle, readNumber } from '../frame/operate.js';
import { supportFunction } from '../support.js';
import { nogil, type Policy } from './policy.js';

/** Values that go to Python in one call while a container is filled. */
const CHUNK = 1024;

/**
 * One conversion of arguments. Containers made for it are released when the operation is done; the
 * same JavaScript object becomes the same Python object throughout, so that cycles close.
 */
export class Conversion {
  readonly #environment: Environment;
  readonly #policy: Policy;
  #made: Map<object, Handle> | undefined;
  #pinned: JsEntry[] | undefined;

  constructor(environment: Environment, policy: Policy = nogil) {
    this.#environment = environment;
    this.#policy = policy;
  }

  /**
   * Makes `value` ready to cross. May run code of the user's (getters), which may call Python.
   *
   * @throws NogilError `UNSUPPORTED_VALUE` for what has no counterpart, `STALE_HANDLE` for a proxy
   *   that was destroyed
   */
  ready(value: unknown): Crossing {
    switch (typeof value) {
      case 'undefined':
      case 'boolean':
      case 'number':
      case 'bigint':
      case 'string':
        return value;
      case 'symbol':
        return this.#reference(boxOf(value));
      default:
        if (value === null) return this.#policy.hasNull ? jsNull : null;
        return this.#object(value as object);
    }
  }

  /**
   * Writes the answer to a call of Python's. The core reads it after JavaScript has returned: what was made
   * for it is the core's to release.
   */
  answer(frame: number, value: Crossing): void {
    const { arena } = this.#environment;
    const slot = arena.result(frame);
    if (value instanceof Handle && this.#forgetMade(value)) {
      arena.writeHandle(slot, value.number, true);
      return;
    }
    writeCrossing(arena, slot, value);
    if (value instanceof Reference) {
      const index = this.#pinned?.findIndex(({ number }) => number === value.number) ?? -1;
      const [entry] = this.#pinned?.splice(index, 1) ?? [];
      if (entry !== undefined) objectsOf(this.#environment).hand(entry);
    }
  }

  #forgetMade(handle: Handle): boolean {
    for (const [value, made] of this.#made ?? []) {
      if (made === handle) return this.#made?.delete(value) === true;
    }
    return false;
  }

  /** Releases what was made. */
  done(): void {
    if (this.#pinned !== undefined) {
      const objects = objectsOf(this.#environment);
      for (const entry of this.#pinned) objects.unpin(entry);
      this.#pinned = undefined;
    }
    if (this.#made === undefined) return;
    this.#environment.releases.now([...this.#made.values()].map(({ number }) => number));
    this.#made = undefined;
  }

  #reference(value: object): Reference {
    const entry = objectsOf(this.#environment).pin(value, this.#policy, shapeOf);
    (this.#pinned ??= []).push(entry);
    return new Reference(entry.number, entry.shape + this.#policy.index * NG_JS_SHAPE_POLICY);
  }

  #object(value: object): Crossing {
    const cell = cellOf(value);
    if (cell !== undefined) {
      if (cell.handle === 0) throw destroyed(cell.farewell);
      cell.lend?.();
      return new Handle(cell.handle);
    }
    if (value instanceof Handle || value instanceof ForcedFloat) {
      return value;
    }
    const known = this.#made?.get(value);
    if (known !== undefined) return known;
    if (isBroken(value)) return this.#reference(value);
    if (isMemory(value)) {
      const handle = memoryHandle(this.#environment, value);
      (this.#made ??= new Map()).set(value, handle);
      return handle;
    }
    if (isErrorObject(value)) return this.#exception(value);
    if (isModule(value)) return this.#reference(value);
    if (!this.#policy.copiesContainers) {
      refuse(value);
      return this.#reference(value);
    }
    if (Array.isArray(value)) {
      return this.#container(value, 'new_list', 'extend', value);
    }
    if (value instanceof Map) {
      return this.#container(value, 'new_dict', 'update', [...value].flat(1));
    }
    if (value instanceof Set) {
      return this.#container(value, 'new_set', 'add', [...value]);
    }
    if (isPlain(value)) {
      if (Object.getOwnPropertySymbols(value).length > 0) {
        throw unsupported('an object with symbols as keys', 'make them strings');
      }
      return this.#container(value, 'new_dict', 'update', Object.entries(value).flat(1));
    }
    refuse(value);
    return this.#reference(value);
  }

  #exception(error: object): Handle {
    const handle = new Handle(exceptionFor(this.#environment, error, false));
    (this.#made ??= new Map()).set(error, handle);
    return handle;
  }

  #container(value: object, make: string, fill: string, items: readonly unknown[]): Handle {
    const environment = this.#environment;
    const handle = new Handle(
      operate(environment, NG_OPERATION_CALL, [supportFunction(environment, make)], readHandle),
    );
    // Before its items: one of them may be, or contain, the container itself.
    (this.#made ??= new Map()).set(value, handle);
    for (let start = 0; start < items.length; start += CHUNK) {
      const chunk: Crossing[] = [supportFunction(environment, fill), handle];
      const end = Math.min(start + CHUNK, items.length);
      // By index, not slice().map(): those would pass over the holes of a sparse array.
      for (let i = start; i < end; i++) chunk.push(this.ready(items[i]));
      if (operate(environment, NG_OPERATION_CALL, chunk, readNumber) !== end - start) {
        throw new NogilError(
          'UNSUPPORTED_VALUE',
          'two keys that JavaScript tells apart are equal in Python (1, 1n and true; null and undefined): ' +
            'one entry would be lost. Make the keys strings, or fill a dict in Python',
        );
      }
    }
    return handle;
  }
}

/** Not of Math and its like, which have a name of their own, nor of functions and broken proxies. */
function isPlain(value: object): boolean {
  if (typeof value === 'function') return false;
  try {
    const prototype: unknown = Object.getPrototypeOf(value);
    const isPlainest = prototype === Object.prototype || prototype === null;
    return isPlainest && !(Symbol.toStringTag in value);
  } catch {
    return false;
  }
}

/**
 * The error for the use of a proxy after `destroy()`.
 *
 * @param farewell - what whoever destroyed it had to say
 */
export function destroyed(farewell?: string): NogilError {
  return new NogilError(
    'STALE_HANDLE',
    'this Python object was released by destroy(), or at the end of a `using` block; ' +
      `use it before, or keep another reference to the object${farewell === undefined ? '' : `. Its owner says: ${farewell}`}`,
  );
}

function unsupported(what: string, advice: string): NogilError {
  return new NogilError('UNSUPPORTED_VALUE', `${what} cannot be passed to Python: ${advice}`);
}

/** What must not become a mere reference, as it means something else. */
function refuse(value: object): void {
  if (value instanceof Keywords) {
    throw unsupported('kw(…)', 'it must be the last argument of a call');
  }
  if (value instanceof Date) {
    throw unsupported('a Date', 'make a datetime: datetime.fromtimestamp(date.getTime() / 1000)');
  }
}
