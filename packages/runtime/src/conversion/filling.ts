import { NogilError } from '@nogil/abi';
import { NG_TREE_DICT, NG_TREE_SET } from '@nogil/abi/constants';

import type { ToJsOptions } from './options.js';

type DictConverter = NonNullable<ToJsOptions['dictConverter']>;

/** A JavaScript container that is being filled from a tree. */
export interface Filling {
  readonly number: number;
  /** The container; `undefined` while a converter is still to make it. */
  readonly target: object | undefined;
  /** The container, if it is an array. */
  readonly array: unknown[] | undefined;
  /** Whether a container may come next: in JavaScript one is no key, and not found in a Set. */
  readonly takesContainers: boolean;
  /** How many parts are still to come. */
  left: number;
  put(value: unknown): void;
  /** The container, full. */
  finish(): unknown;
}

/**
 * Begins a container.
 *
 * @param tag - an `NG_TREE_…`
 * @param length - its items or entries
 * @param target - the container, if it was made before
 */
export function makeFilling(
  tag: number,
  length: number,
  number: number,
  converter: DictConverter,
  target: unknown,
): Filling {
  const made = typeof target === 'object' ? target : undefined;
  if (tag === NG_TREE_SET) return new SetFilling(number, length, made as Set<unknown> | undefined);
  if (tag !== NG_TREE_DICT) return new ArrayFilling(number, length, made as unknown[] | undefined);
  if (converter === 'map') {
    return new MapFilling(number, length, made as Map<unknown, unknown> | undefined);
  }
  if (converter === 'object') return new ObjectFilling(number, length, made ?? undefined);
  if (typeof converter === 'function') return new EntriesFilling(number, length, converter);
  throw new NogilError(
    'INVALID_ARGUMENT',
    `dictConverter is ${String(converter)}; it is 'map', 'object' or a function`,
  );
}

class ArrayFilling implements Filling {
  readonly takesContainers = true;
  readonly array: unknown[];
  left: number;

  constructor(
    readonly number: number,
    length: number,
    target: unknown[] = [],
  ) {
    this.left = length;
    this.array = target;
  }

  get target(): object {
    return this.array;
  }

  put(value: unknown): void {
    this.left--;
    this.array.push(value);
  }

  finish(): unknown {
    return this.array;
  }
}

class SetFilling implements Filling {
  readonly takesContainers = false;
  readonly array = undefined;
  readonly target: Set<unknown>;
  readonly #length: number;
  left: number;

  constructor(
    readonly number: number,
    length: number,
    target = new Set<unknown>(),
  ) {
    this.left = this.#length = length;
    this.target = target;
  }

  put(value: unknown): void {
    this.left--;
    this.target.add(value);
  }

  finish(): unknown {
    if (this.target.size !== this.#length) throw equalKeys();
    return this.target;
  }
}

abstract class DictFilling implements Filling {
  readonly array = undefined;
  abstract readonly target: object | undefined;
  left: number;
  #key: unknown;

  constructor(
    readonly number: number,
    readonly length: number,
  ) {
    this.left = length * 2;
  }

  get takesContainers(): boolean {
    return this.left % 2 === 1;
  }

  put(value: unknown): void {
    if (this.left % 2 === 0) this.#key = value;
    else this.entry(this.#key, value);
    this.left--;
  }

  protected abstract entry(key: unknown, value: unknown): void;
  abstract finish(): unknown;
}

class MapFilling extends DictFilling {
  readonly target: Map<unknown, unknown>;

  constructor(number: number, length: number, target = new Map<unknown, unknown>()) {
    super(number, length);
    this.target = target;
  }

  protected entry(key: unknown, value: unknown): void {
    this.target.set(key, value);
  }

  finish(): unknown {
    if (this.target.size !== this.length) throw equalKeys();
    return this.target;
  }
}

class ObjectFilling extends DictFilling {
  readonly target: object;

  constructor(number: number, length: number, target: object = {}) {
    super(number, length);
    this.target = target;
  }

  protected entry(key: unknown, value: unknown): void {
    if (typeof key !== 'string') {
      throw new NogilError(
        'UNSUPPORTED_VALUE',
        `a dict with the key ${describe(key)} cannot become a plain object, whose keys are strings; ` +
          "use dictConverter: 'map', or make the keys str in Python",
      );
    }
    if (key === '__proto__') {
      // Assigned, it would be the prototype.
      const own = { value, writable: true, enumerable: true, configurable: true };
      Object.defineProperty(this.target, key, own);
    } else {
      (this.target as Record<string, unknown>)[key] = value;
    }
  }

  finish(): unknown {
    return this.target;
  }
}

class EntriesFilling extends DictFilling {
  readonly target = undefined;
  readonly #entries: [unknown, unknown][] = [];
  readonly #converter: (entries: [unknown, unknown][]) => unknown;

  constructor(
    number: number,
    length: number,
    converter: (entries: [unknown, unknown][]) => unknown,
  ) {
    super(number, length);
    this.#converter = converter;
  }

  protected entry(key: unknown, value: unknown): void {
    this.#entries.push([key, value]);
  }

  finish(): unknown {
    return this.#converter(this.#entries);
  }
}

function describe(key: unknown): string {
  if (typeof key === 'object' && key !== null) return 'that is an object';
  return typeof key === 'bigint' ? `${key}n` : String(key);
}

function equalKeys(): NogilError {
  return new NogilError(
    'UNSUPPORTED_VALUE',
    'two keys, or members of a set, that Python tells apart are one in JavaScript (two NaN): one would be lost',
  );
}
