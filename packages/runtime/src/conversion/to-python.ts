import { NogilError } from '@nogil/abi';
import {
  NG_OPERATION_CALL,
  NG_TREE_DICT,
  NG_TREE_LIST,
  NG_TREE_REFERENCE,
  NG_TREE_SET,
} from '@nogil/abi/constants';

import { type Crossing, ForcedFloat, ForcedInt, Handle, jsNull, Reference, Tree } from '../frame/crossing.js';
import type { Environment } from '../environment.js';
import { cellOf } from '../proxy/handle-cell.js';
import { Keywords } from '../keywords.js';
import { operate, readHandle } from '../frame/operate.js';
import { supportFunction } from '../support.js';
import { nogil, type Policy } from './policy.js';
import { TreeWriter } from './tree-writer.js';

/** The most items that a length can say. */
const LONGEST = 0xffff_ffff;

/** How a conversion differs from an ordinary argument's. */
export interface ConversionOptions {
  /** Containers this many levels deep are copied, what is below goes by reference. */
  readonly depth: number;
}

const EVERYTHING: ConversionOptions = { depth: Infinity };

/** A container that is being written. */
interface Level {
  /** An `NG_TREE_…`. */
  readonly tag: number;
  /** Its items; of a Map keys and values in turn; of a plain object the keys, whose values are read later. */
  readonly items: readonly unknown[];
  readonly source: Readonly<Record<string, unknown>> | undefined;
  readonly count: number;
  next: number;
}

/**
 * One conversion of arguments. Whole containers cross as bytes that the core builds from; the
 * same JavaScript object becomes the same Python object throughout, so that cycles close. What `ready` answers
 * must be written into slots in the order in which it was asked: a tree refers to containers of those before.
 */
export class Conversion {
  readonly #environment: Environment;
  readonly #policy: Policy;
  readonly #depth: number;
  readonly #copies: boolean;
  #writer: TreeWriter | undefined;
  /** Containers written so far, by their number. */
  #numbers: Map<object, number> | undefined;
  /** What was made on the way and must live until the operation is done. */
  #kept: Handle[] | undefined;

  constructor(environment: Environment, policy: Policy = nogil, options?: ConversionOptions) {
    this.#environment = environment;
    this.#policy = policy;
    this.#depth = (options ?? EVERYTHING).depth;
    this.#copies = policy.copiesContainers || options !== undefined;
  }

  /**
   * Makes `value` ready to cross. May run code of the user's (getters), which may call Python.
   *
   * @throws NogilError `UNSUPPORTED_VALUE` for what has no counterpart, `STALE_HANDLE` for a proxy
   *   that was destroyed
   */
  ready(value: unknown): Crossing {
    if (typeof value !== 'object' || value === null) return this.#scalar(value);
    return this.#single(value) ?? this.#tree(value);
  }

  /** Releases what was made. */
  done(): void {
    const { releases, writers } = this.#environment;
    if (this.#writer !== undefined) {
      this.#writer.clear();
      writers.push(this.#writer);
      this.#writer = undefined;
      this.#numbers = undefined;
    }
    if (this.#kept !== undefined) {
      releases.now(this.#kept.map(({ number }) => number));
      this.#kept = undefined;
    }
  }

  #scalar(value: unknown): Crossing {
    switch (typeof value) {
      case 'undefined':
      case 'boolean':
      case 'number':
      case 'bigint':
      case 'string':
        return value;
      case 'symbol':
        throw unsupported('a symbol', 'pass its description as a string');
      case 'function':
        return this.#byReference(value);
      default:
        return this.#policy.hasNull ? jsNull : null;
    }
  }

  /** What an object crosses as, if not as a tree. */
  #single(value: object): Crossing {
    const cell = cellOf(value);
    if (cell !== undefined) {
      if (cell.handle === 0) throw destroyed();
      return new Handle(cell.handle);
    }
    if (
      value instanceof Uint8Array ||
      value instanceof Handle ||
      value instanceof ForcedFloat ||
      value instanceof Tree
    ) {
      return value;
    }
    if (value instanceof Reference) return this.#byReference(value.value);
    if (value instanceof ForcedInt) return value.value;
    const { codecs } = this.#environment;
    const container = isContainer(value);
    if (this.#policy.usesCodecs && (!container || codecs.claimsContainers)) {
      const codec = codecs.forJavaScript(value);
      if (codec !== undefined) return this.#encoded(codec.toPython(value), value);
    }
    return container && this.#copies && this.#depth > 0 ? undefined : this.#byReference(value);
  }

  /** What a codec made of an object. */
  #encoded(made: unknown, value: object): Crossing {
    if (made === value) throw unsupportedObject(value);
    if (typeof made === 'object' && made !== null && cellOf(made) !== undefined) {
      // The codec's proxy may be its own to destroy, or nobody's: what crosses is a reference of ours.
      const handle = operate(
        this.#environment,
        NG_OPERATION_CALL,
        [supportFunction(this.#environment, 'reference_to'), new Handle(cellOf(made)?.handle ?? 0)],
        readHandle,
      );
      const kept = new Handle(handle);
      (this.#kept ??= []).push(kept);
      return kept;
    }
    if (made instanceof Handle) {
      (this.#kept ??= []).push(made);
      return made;
    }
    return this.ready(made);
  }

  /** An object that Python is to see as it is. */
  #byReference(value: object): Crossing {
    throw unsupportedObject(value);
  }

  #tree(value: object): Tree {
    const writer = (this.#writer ??= this.#environment.writers.pop() ?? new TreeWriter());
    const start = writer.position;
    const levels: Level[] = [];
    this.#begin(writer, value, levels);
    for (let top = levels.at(-1); top !== undefined; top = levels.at(-1)) {
      if (top.next < top.count) this.#advance(writer, top, levels);
      else levels.pop();
    }
    return new Tree(writer, start, writer.position);
  }

  /** Writes items of the innermost container until it ends or another one begins. */
  #advance(writer: TreeWriter, top: Level, levels: Level[]): void {
    const { items, source, count } = top;
    const depth = levels.length;
    while (top.next < count) {
      let value = items[top.next];
      top.next++;
      if (source !== undefined) {
        writer.writeText(value as string);
        value = source[value as string];
      } else if (value === undefined && top.tag === NG_TREE_LIST && !(top.next - 1 in items)) {
        throw unsupported(
          `a sparse array, which has nothing at index ${top.next - 1},`,
          'fill it first: Array.from(array) puts undefined there',
        );
      }
      if (typeof value === 'number') writer.writeNumber(value);
      else if (typeof value === 'string') writer.writeText(value);
      else if (typeof value !== 'object' || value === null) {
        writer.writeCrossing(this.#scalar(value));
      } else {
        this.#begin(writer, value, levels);
        if (levels.length !== depth) return;
      }
    }
  }

  /** Writes an object; if it is a container, its head, and what is in it is left to do. */
  #begin(writer: TreeWriter, value: object, levels: Level[]): void {
    const numbers = (this.#numbers ??= new Map());
    const known = numbers.get(value);
    if (known !== undefined) {
      writer.writeHead(NG_TREE_REFERENCE, known);
      return;
    }
    // The outermost object was asked already, and asking may run a codec.
    let single = levels.length === 0 ? undefined : this.#single(value);
    if (single === undefined && levels.length >= this.#depth) single = this.#byReference(value);
    if (single instanceof Tree) {
      // What a codec made is a tree of its own, written just here.
      return;
    }
    if (single !== undefined) {
      writer.writeCrossing(single);
      return;
    }
    const level = openLevel(value);
    numbers.set(value, numbers.size);
    writer.writeHead(level.tag, level.source === undefined ? lengthOf(level) : level.count);
    if (level.tag === NG_TREE_LIST) level.next = writer.writeRun(level.items, level.count);
    levels.push(level);
  }
}

function lengthOf(level: Level): number {
  return level.tag === NG_TREE_DICT ? level.count / 2 : level.count;
}

function isContainer(value: object): boolean {
  return Array.isArray(value) || isPlain(value) || value instanceof Map || value instanceof Set;
}

function openLevel(value: object): Level {
  if (Array.isArray(value)) {
    const items = value as readonly unknown[];
    return { tag: NG_TREE_LIST, items, source: undefined, count: checkedLength(items), next: 0 };
  }
  if (value instanceof Map) {
    const items: unknown[] = [];
    for (const [key, item] of value) items.push(key, item);
    return { tag: NG_TREE_DICT, items, source: undefined, count: items.length, next: 0 };
  }
  if (value instanceof Set) {
    const items = [...(value as Set<unknown>)];
    return { tag: NG_TREE_SET, items, source: undefined, count: items.length, next: 0 };
  }
  if (Object.getOwnPropertySymbols(value).length > 0) {
    throw unsupported('an object with symbols as keys', 'make them strings');
  }
  const items = Object.keys(value);
  const source = value as Readonly<Record<string, unknown>>;
  return { tag: NG_TREE_DICT, items, source, count: items.length, next: 0 };
}

/** A Proxy may say anything. */
function checkedLength(items: readonly unknown[]): number {
  const { length } = items;
  if (Number.isInteger(length) && length >= 0 && length <= LONGEST) return length;
  throw unsupported(`an array that says its length is ${String(length)}`, 'pass a real array');
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/** The error for the use of a proxy after `destroy()`. */
export function destroyed(): NogilError {
  return new NogilError(
    'STALE_HANDLE',
    'this Python object was released by destroy(), or at the end of a `using` block; ' +
      'use it before, or keep another reference to the object',
  );
}

function unsupported(what: string, advice: string): NogilError {
  return new NogilError('UNSUPPORTED_VALUE', `${what} cannot be passed to Python: ${advice}`);
}

function unsupportedObject(value: object): NogilError {
  if (value instanceof Keywords) {
    return unsupported('kw(…)', 'it must be the last argument of a call');
  }
  if (typeof value === 'function') {
    return unsupported('a JavaScript function', 'Python cannot call JavaScript in this version');
  }
  if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) {
    return unsupported(
      `a ${value.constructor.name}`,
      'pass its bytes: new Uint8Array(buffer), or a Uint8Array over the same memory',
    );
  }
  if (value instanceof Date) {
    return unsupported('a Date', 'make a datetime: datetime.fromtimestamp(date.getTime() / 1000)');
  }
  const name = (value.constructor as { name?: unknown } | undefined)?.name;
  return unsupported(
    typeof name === 'string' && name !== '' ? `an instance of ${name}` : 'this object',
    'pass a plain object, an array, a Map, a Set, a string, a number or bytes made from it',
  );
}
