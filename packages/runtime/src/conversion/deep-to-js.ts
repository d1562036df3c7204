import { NogilError } from '@nogil/abi';
import {
  NG_OBJECT_KNOWN,
  NG_OPERATION_CALL,
  NG_OPERATION_TO_TREE,
  NG_TAG_MEMORY,
} from '@nogil/abi/constants';

import type { Environment } from '../environment.js';
import { Handle } from '../frame/crossing.js';
import { operate, readHandle, readNumber } from '../frame/operate.js';
import { objectsOf } from '../javascript/host.js';
import { cellOf } from '../proxy/handle-cell.js';
import { proxyOf } from '../proxy/proxy.js';
import { supportFunction } from '../support.js';
import type { PyProxy } from '../types.js';
import { codecsOf } from './codecs.js';
import type { ToJsOptions } from './options.js';
import type { Policy } from './policy.js';
import { Part, TreeReader } from './tree-reader.js';
import { type Filling, makeFilling } from './filling.js';
import { destroyed } from './unsupported.js';

/** What `toJs` answers for a container whose converter has not made it yet. */
const PENDING = Symbol('pending');

/** How far a tree is read. */
interface Reading {
  /** The number of the next container. */
  next: number;
  /** JavaScript objects that come later, once they had to be looked up. */
  ahead: unknown[] | undefined;
  /** How many of them were read. */
  taken: number;
}

/**
 * One explicit conversion of a Python object, with all that its converters ask for meanwhile.
 *
 * Containers are numbered as the core numbers them. Where code of the user's runs in between, and may ask for
 * more, a Python list keeps them, so that what is converted later finds what there is already.
 */
export class DeepConversion {
  readonly #environment: Environment;
  readonly #policy: Policy;
  readonly #options: ToJsOptions;
  readonly #converted: unknown[] = [];
  readonly #spent: number[] = [];
  #known: number | undefined;
  #running = 0;

  constructor(environment: Environment, policy: Policy, options: ToJsOptions) {
    this.#environment = environment;
    this.#policy = policy;
    this.#options = options;
  }

  /**
   * Converts an object.
   *
   * @throws NogilError `UNSUPPORTED_VALUE` for what would lose something, or may not become a proxy
   */
  run(object: Handle): unknown {
    this.#running++;
    try {
      const { dictConverter, defaultConverter } = this.#options;
      if (typeof dictConverter === 'function' || defaultConverter !== undefined) this.#keep();
      return this.#read(this.#tree(object));
    } finally {
      this.#running--;
      if (this.#running === 0) this.#finish();
    }
  }

  /** Converts what a converter asks for; what is no Python object is left as it is. */
  readonly convert = (value: unknown): unknown => {
    const cell = isObject(value) ? cellOf(value) : undefined;
    if (cell === undefined) return value;
    if (cell.handle === 0) throw destroyed();
    return this.run(new Handle(cell.handle));
  };

  readonly #cache = (value: PyProxy, converted: unknown): void => {
    const cell = isObject(value) ? cellOf(value) : undefined;
    if (cell === undefined || cell.handle === 0 || this.#known === undefined) {
      throw new NogilError(
        'INVALID_ARGUMENT',
        'the converter says what a Python object became: cache(value, converted), before it returns',
      );
    }
    const environment = this.#environment;
    const append = supportFunction(environment, 'append_known');
    const values = [append, new Handle(this.#known), new Handle(cell.handle)];
    const index = operate(environment, NG_OPERATION_CALL, values, readNumber);
    this.#converted[index] = converted;
  };

  #keep(): void {
    if (this.#known !== undefined) return;
    const make = supportFunction(this.#environment, 'new_list');
    this.#known = operate(this.#environment, NG_OPERATION_CALL, [make], readHandle);
  }

  #finish(): void {
    const { releases } = this.#environment;
    if (this.#known !== undefined) releases.now([this.#known]);
    this.#known = undefined;
    this.#converted.length = 0;
    if (this.#spent.length > 0) releases.now(this.#spent.splice(0));
  }

  #tree(object: Handle): TreeReader {
    const { depth = Infinity } = this.#options;
    if (typeof depth !== 'number' || Number.isNaN(depth)) {
      throw new NogilError(
        'INVALID_ARGUMENT',
        `depth is ${String(depth)}; it is a number of levels`,
      );
    }
    // Pyodide says -1 for all of it.
    const levels = depth < 0 || depth > 1e9 ? -1 : Math.trunc(depth);
    const known = this.#known === undefined ? null : new Handle(this.#known);
    return operate(
      this.#environment,
      NG_OPERATION_TO_TREE + this.#policy.answers,
      [object, levels, known],
      ({ arena }, frame) => new TreeReader(arena.tree(arena.result(frame)), this.#policy.none),
    );
  }

  #read(reader: TreeReader): unknown {
    const fillings: Filling[] = [];
    const first = this.#converted.length;
    const state: Reading = { next: first, ahead: undefined, taken: 0 };
    try {
      if (this.#known !== undefined) {
        this.#makeAll(reader);
        this.#lookAhead(reader, state);
      }
      let value = this.#part(reader, fillings, state);
      for (let top = fillings.at(-1); top !== undefined; top = fillings.at(-1)) {
        if (top.left === 0) {
          fillings.pop();
          value = this.#close(top);
          const outer = fillings.at(-1);
          if (outer !== undefined) outer.put(value);
        } else {
          this.#fill(reader, top, fillings, state);
        }
      }
      return value;
    } catch (error) {
      this.#spent.push(...reader.remaining());
      throw error;
    }
  }

  /** Puts parts into the innermost container until it is full or another one begins. */
  #fill(reader: TreeReader, top: Filling, fillings: Filling[], state: Reading): void {
    const depth = fillings.length;
    while (top.left > 0) {
      const value = this.#part(reader, fillings, state);
      if (fillings.length !== depth) return;
      top.put(value);
    }
  }

  /** The value of the next part; a container is left to be filled. */
  #part(reader: TreeReader, fillings: Filling[], state: Reading): unknown {
    switch (reader.next()) {
      case Part.Value:
        return reader.value;
      case Part.Container: {
        const outer = fillings.at(-1);
        if (outer?.takesContainers === false) throw containerAsMember();
        const number = state.next++;
        const filling = makeFilling(
          reader.tag,
          reader.length,
          number,
          this.#options.dictConverter ?? 'map',
          this.#known === undefined ? undefined : this.#converted[number],
        );
        this.#converted[number] = filling.target ?? PENDING;
        if (filling.array !== undefined) filling.left -= reader.readRun(filling.array);
        fillings.push(filling);
        return undefined;
      }
      case Part.Reference: {
        const value = this.#converted[reader.number];
        if (value === PENDING) throw converterInCycle();
        return value;
      }
      case Part.JavaScript:
        return state.ahead === undefined
          ? this.#javaScript(reader.tag, reader.number)
          : state.ahead[state.taken++];
      case Part.Object:
        this.#lookAhead(reader, state);
        return this.#object(reader.number, reader.length);
      case Part.NoKey:
        throw containerAsMember();
    }
  }

  #close(filling: Filling): unknown {
    const value = filling.finish();
    this.#converted[filling.number] = value;
    return value;
  }

  /** Makes the containers of a tree before any is filled: a converter may lead to one that comes later. */
  #makeAll(reader: TreeReader): void {
    const converter = this.#options.dictConverter ?? 'map';
    reader.eachContainer((tag) => {
      const target = makeFilling(tag, 0, 0, converter, undefined).target;
      this.#converted.push(target ?? PENDING);
    });
  }

  /**
   * Takes the JavaScript objects of a tree before anything else runs: Python may drop them then, and their numbers may
   * become those of others.
   */
  #lookAhead(reader: TreeReader, state: Reading): void {
    if (state.ahead !== undefined) return;
    const ahead: unknown[] = (state.ahead = []);
    reader.eachJavaScript((tag, number) => ahead.push(this.#javaScript(tag, number)));
  }

  #javaScript(tag: number, number: number): unknown {
    const environment = this.#environment;
    if (tag === NG_TAG_MEMORY) return environment.core.memoryValue(number);
    return objectsOf(environment).at(number).meant;
  }

  #object(number: number, flags: number): unknown {
    const environment = this.#environment;
    const handle = new Handle(number);
    const { defaultConverter, proxies = true, pyproxies } = this.#options;
    let proxy: PyProxy | undefined;
    const asProxy = (): PyProxy => (proxy ??= proxyOf(environment, number, flags, this.#policy));
    try {
      const codec = codecsOf(environment).forPython(handle, asProxy);
      if (codec?.raw !== undefined) {
        const made = codec.raw(handle, this.#options, this.convert);
        if (made !== undefined) return made;
      } else if (codec !== undefined) {
        return codec.toJs(asProxy(), this.#options);
      }
      if (defaultConverter !== undefined) {
        return defaultConverter(asProxy(), this.convert, this.#cache);
      }
      if (!proxies) throw this.#notConverted(handle);
      const made = asProxy();
      // One that was there before may be in use: whoever destroys the list must not meet it.
      if ((flags & NG_OBJECT_KNOWN) === 0) pyproxies?.push(made);
      return made;
    } finally {
      if (proxy === undefined && (flags & NG_OBJECT_KNOWN) === 0) this.#spent.push(number);
    }
  }

  #notConverted(handle: Handle): NogilError {
    const environment = this.#environment;
    const name = operate(
      environment,
      NG_OPERATION_CALL,
      [supportFunction(environment, 'type_name'), handle],
      ({ arena }, frame) => arena.text(arena.result(frame)),
    );
    return new NogilError(
      'UNSUPPORTED_VALUE',
      `toJs found an object of type ${name}, which becomes nothing but a proxy; allow proxies, give a ` +
        'defaultConverter, or register a codec',
    );
  }
}

function isObject(value: unknown): value is object {
  return (typeof value === 'object' && value !== null) || typeof value === 'function';
}

function containerAsMember(): NogilError {
  return new NogilError(
    'UNSUPPORTED_VALUE',
    'a tuple or frozenset that is a key of a dict, or in a set, would be found by identity only in ' +
      'JavaScript; convert it in Python, to text for instance',
  );
}

function converterInCycle(): NogilError {
  return new NogilError(
    'UNSUPPORTED_VALUE',
    'a dict that contains itself, directly or not, cannot be made by a dictConverter function, which needs ' +
      "all entries before it answers; use 'map' or 'object'",
  );
}
