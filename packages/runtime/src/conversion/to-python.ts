import { NG_JS_SHAPE_POLICY, NG_TREE_LIST, NG_TREE_REFERENCE } from '@nogil/abi/constants';

import {
  ByReference,
  type Crossing,
  ForcedFloat,
  ForcedInt,
  Handle,
  jsNull,
  Reference,
  Tree,
  writeCrossing,
} from '../frame/crossing.js';
import { isMemory, memoryHandle } from '../buffers/memory.js';
import { handleOfClass } from '../classes/emitted.js';
import { isClassSyntax } from '../classes/parameters.js';
import { exceptionFor, isErrorObject } from '../errors/to-python.js';
import { objectsOf } from '../javascript/host.js';
import type { JsEntry } from '../javascript/objects.js';
import { isModule } from '../javascript/modules.js';
import { isBroken, shapeOf } from '../javascript/shape.js';
import { boxOf } from '../javascript/symbol-box.js';
import type { Environment } from '../environment.js';
import { cellOf } from '../proxy/handle-cell.js';
import { codecsOf } from './codecs.js';
import { isContainer, type Level, lengthOf, openLevel } from './containers.js';
import { nogil, type Policy } from './policy.js';
import { TreeWriter } from './tree-writer.js';
import { destroyed, refuse, unsupported } from './unsupported.js';

export { destroyed } from './unsupported.js';

/** How an explicit conversion differs from an argument's. */
export interface ConversionOptions {
  /** Containers this many levels deep are copied, what is below goes by reference. */
  readonly depth: number;
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
  /** Containers written so far, and what codecs made containers of, by their number. */
  #numbers: Map<object, number> | undefined;
  #count = 0;
  #pinned: JsEntry[] | undefined;
  /** Handles that codecs made. */
  #made: Map<object, Handle> | undefined;
  /** Proxies that codecs made: the garbage collector must not release them yet. */
  #held: object[] | undefined;

  constructor(environment: Environment, policy: Policy = nogil, options?: ConversionOptions) {
    this.#environment = environment;
    this.#policy = policy;
    this.#depth = options?.depth ?? Infinity;
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

  /**
   * Writes the answer to a call of Python's. The core reads it after JavaScript has returned: what was made
   * for it is the core's to release.
   */
  answer(frame: number, value: Crossing): void {
    const environment = this.#environment;
    const slot = environment.arena.result(frame);
    if (value instanceof Handle && this.#forgetMade(value)) {
      environment.arena.writeHandle(slot, value.number, true);
      return;
    }
    writeCrossing(environment.arena, slot, value);
    if (value instanceof Reference || value instanceof Tree) {
      const objects = objectsOf(environment);
      for (const entry of this.#pinned ?? []) objects.hand(entry);
      this.#pinned = undefined;
    }
    // In a tree the core does not take them over, and it reads the tree before the event loop turns.
    for (const { number } of this.#made?.values() ?? []) environment.releases.later(number);
    this.#made = undefined;
  }

  #forgetMade(handle: Handle): boolean {
    for (const [value, made] of this.#made ?? []) {
      if (made === handle) return this.#made?.delete(value) === true;
    }
    return false;
  }

  /** Releases what was made. */
  done(): void {
    const { releases, writers } = this.#environment;
    if (this.#writer !== undefined) {
      this.#writer.clear();
      writers.push(this.#writer);
      this.#writer = undefined;
    }
    if (this.#pinned !== undefined) {
      const objects = objectsOf(this.#environment);
      for (const entry of this.#pinned) objects.unpin(entry);
      this.#pinned = undefined;
    }
    this.#held = undefined;
    if (this.#made === undefined) return;
    releases.now([...this.#made.values()].map(({ number }) => number));
    this.#made = undefined;
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
        return this.#reference(boxOf(value));
      case 'function':
        return this.#single(value);
      default:
        return this.#policy.hasNull ? jsNull : null;
    }
  }

  /** What an object crosses as; `undefined` for a container that is to be copied. */
  #single(value: object): Crossing {
    try {
      return this.#known(value);
    } catch (error) {
      // Nothing can be asked of a revoked Proxy, or of one whose traps throw. Python may hold it all the same.
      if (isBroken(value)) return this.#reference(value);
      throw error;
    }
  }

  #known(value: object): Crossing {
    const cell = cellOf(value);
    if (cell !== undefined) {
      if (cell.handle === 0) throw destroyed(cell.farewell);
      cell.lend?.();
      return new Handle(cell.handle);
    }
    const module = isModule(value); // never copied, plain object or not
    const container = !module && isContainer(value);
    const codecs = codecsOf(this.#environment);
    if (container && !codecs.claimsContainers) {
      return this.#copies && this.#depth > 0 ? undefined : this.#byReference(value);
    }
    if (value instanceof Handle || value instanceof ForcedFloat) return value;
    if (value instanceof ByReference) return this.#byReference(value.value);
    if (value instanceof ForcedInt) return value.value;
    if (!container) {
      if (isMemory(value)) return this.#kept(value, () => memoryHandle(this.#environment, value));
      if (isErrorObject(value)) {
        return this.#kept(value, () => new Handle(exceptionFor(this.#environment, value, false)));
      }
      if (module) return this.#reference(value);
    }
    if (this.#policy.usesCodecs) {
      const codec = codecs.forJavaScript(value);
      if (codec !== undefined) return this.#encoded(value, codec.toPython(value));
    }
    // A type, that Python can derive from; pyodide has the class by reference, with `new`.
    if (this.#policy.copiesContainers && isClassSyntax(value)) {
      return handleOfClass(this.#environment, value);
    }
    return container && this.#copies && this.#depth > 0 ? undefined : this.#byReference(value);
  }

  /** What a codec made of an object. */
  #encoded(value: object, made: unknown): Crossing {
    if (typeof made !== 'object' || made === null) return this.#scalar(made);
    if (made instanceof Handle) {
      const earlier = this.#made?.get(value);
      if (earlier !== undefined) {
        this.#environment.releases.now([made.number]);
        return earlier;
      }
      (this.#made ??= new Map()).set(value, made);
      return made;
    }
    if (made === value) return this.#byReference(value);
    (this.#held ??= []).push(made);
    const ready = this.ready(made);
    const number = this.#numbers?.get(made);
    if (number !== undefined) this.#numbers?.set(value, number);
    return ready;
  }

  /** An object that Python is to see as it is. */
  #byReference(value: object): Reference {
    refuse(value);
    return this.#reference(value);
  }

  #reference(value: object): Reference {
    const entry = objectsOf(this.#environment).pin(value, this.#policy, shapeOf);
    (this.#pinned ??= []).push(entry);
    return new Reference(entry.number, entry.shape + this.#policy.index * NG_JS_SHAPE_POLICY);
  }

  /** An object of Python's that is made for this one: once, and released with the rest. */
  #kept(value: object, make: () => Handle): Handle {
    const known = this.#made?.get(value);
    if (known !== undefined) return known;
    const made = make();
    (this.#made ??= new Map()).set(value, made);
    return made;
  }

  #tree(value: object): Tree {
    const writer = (this.#writer ??= this.#environment.writers.pop() ?? new TreeWriter());
    const start = writer.position;
    const levels: Level[] = [];
    this.#open(writer, value, levels);
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
      const index = top.next++;
      let value = items[index];
      if (source !== undefined) {
        writer.writeText(value as string);
        value = source[value as string];
      } else if (value === undefined && top.tag === NG_TREE_LIST && !(index in items)) {
        throw unsupported(
          `a sparse array, which has nothing at index ${index},`,
          'fill it first: Array.from(array) puts undefined there',
        );
      }
      if (typeof value === 'number') writer.writeNumber(value);
      else if (typeof value === 'string') writer.writeText(value);
      else if (typeof value !== 'object' || value === null) {
        writer.writeCrossing(this.#scalar(value));
      } else {
        this.#write(writer, value, levels);
        if (levels.length !== depth) return;
      }
    }
  }

  /** Writes an object that is in a container; of a container only the head, what is in it is left to do. */
  #write(writer: TreeWriter, value: object, levels: Level[]): void {
    if (this.#numbers?.has(value) !== true) {
      let single = this.#single(value);
      // What a codec made of it can be a container, and stands where it belongs already.
      if (single instanceof Tree) return;
      if (single === undefined && levels.length >= this.#depth) single = this.#byReference(value);
      if (single !== undefined) {
        writer.writeCrossing(single);
        return;
      }
    }
    this.#open(writer, value, levels);
  }

  #open(writer: TreeWriter, value: object, levels: Level[]): void {
    const numbers = (this.#numbers ??= new Map<object, number>());
    const known = numbers.get(value);
    if (known !== undefined) {
      writer.writeHead(NG_TREE_REFERENCE, known);
      return;
    }
    const level = openLevel(value);
    numbers.set(value, this.#count++);
    writer.writeHead(level.tag, lengthOf(level));
    if (level.tag === NG_TREE_LIST) level.next = writer.writeRun(level.items, level.count);
    levels.push(level);
  }
}
