import { NogilError } from '@nogil/abi';
import { NG_OPERATION_CALL, NG_OPERATION_TO_PYTHON } from '@nogil/abi/constants';

import type { Environment } from '../environment.js';
import { type Crossing, Handle } from '../frame/crossing.js';
import { operate, readHandle, readNumber } from '../frame/operate.js';
import { cellOf } from '../proxy/handle-cell.js';
import { supportFunction } from '../support.js';
import type { PyProxy } from '../types.js';
import type { ToJsOptions } from './options.js';
import { builtInCodecs } from './codecs-built-in.js';

/** A class of JavaScript objects, or whether an object is meant. An arrow function is the latter. */
export type JavaScriptMatch =
  // The only type that takes every class.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  (abstract new (...values: any[]) => unknown) | ((value: object) => boolean);

/** How one kind of value crosses. At least one direction. */
export interface Codec {
  /** For messages. */
  readonly name: string;
  /**
   * Of those that know a value the one with the highest is asked; among equals the one for the nearest class, then
   * the one registered last. 0 when left out, as of all that are built in.
   */
  readonly priority?: number;
  /**
   * Python objects it makes JavaScript values of, in `toJs()`: a type with its subclasses, the full name of a type
   * (`decimal.Decimal`), whose module need not be imported yet, or whether an object is meant.
   */
  readonly python?: PyProxy | string | ((value: PyProxy) => boolean);
  /** JavaScript objects it makes Python values of, whenever one crosses. */
  readonly javascript?: JavaScriptMatch;
  /** The JavaScript value. The proxy is released after the call unless it is the answer. */
  toJs?(value: PyProxy, options: ToJsOptions): unknown;
  /** A Python object, or anything that crosses as what is meant; the object itself goes by reference. */
  toPython?(value: object): unknown;
}

/** A codec whose sides are known to be there. */
export interface KnownCodec {
  readonly name: string;
  readonly priority: number;
  readonly order: number;
  readonly codec: Codec;
  /** The Python type, or its full name. */
  readonly type: Handle | string | undefined;
  /** As `toJs`, without a proxy; `undefined` leaves the object to others. */
  readonly raw: RawToJs | undefined;
  toJs(value: PyProxy, options: ToJsOptions): unknown;
  toPython(value: object): unknown;
}

/** What the codecs that are built in make of an object, which they know by its handle. */
export type RawToJs = (
  object: Handle,
  options: ToJsOptions,
  convert: (value: unknown) => unknown,
) => unknown;

/** A codec of the package's own. */
export interface BuiltInCodec extends Omit<Codec, 'toJs' | 'python'> {
  readonly python?: string;
  readonly raw?: RawToJs;
}

/**
 * The codecs of one JS thread.
 *
 * Which codec knows a Python type is looked up in Python, along the type's MRO; which knows a JavaScript class
 * is remembered by prototype, until a codec comes or goes.
 */
export class Codecs {
  /** Whether one of them may want arrays, Maps, Sets or plain objects, which else nobody is asked about. */
  claimsContainers = false;
  readonly #environment: Environment;
  readonly #all: KnownCodec[] = [];
  #order = 0;
  /** As `new_codec_table` of codecs.py makes it. */
  #table: number | undefined;
  #byPrototype = new WeakMap<object, KnownCodec | null>();
  #hasPredicates = false;

  constructor(environment: Environment) {
    this.#environment = environment;
  }

  /** Adds one; see `python.codecs.register`. */
  register(codec: Codec): Disposable & (() => void) {
    const known = this.#checked(codec);
    this.#all.push(known);
    this.#changed();
    const dispose = (): void => {
      const index = this.#all.indexOf(known);
      if (index < 0) return;
      this.#all.splice(index, 1);
      if (known.type instanceof Handle) this.#environment.releases.now([known.type.number]);
      this.#changed();
    };
    return Object.assign(dispose, { [Symbol.dispose]: dispose });
  }

  /** Adds one of the package's own. */
  add({ raw, ...codec }: BuiltInCodec): void {
    const known = this.#checked(raw === undefined ? codec : { ...codec, toJs: notByProxy });
    this.#all.push({ ...known, raw });
    this.#changed();
  }

  /** The codec that makes something for Python of such an object. */
  forJavaScript(value: object): KnownCodec | undefined {
    if (!this.#hasPredicates) {
      const prototype = Object.getPrototypeOf(value) as object | null;
      if (prototype === null) return this.#findJavaScript(value);
      const known = this.#byPrototype.get(prototype);
      if (known !== undefined) return known ?? undefined;
      const found = this.#findJavaScript(value);
      this.#byPrototype.set(prototype, found ?? null);
      return found;
    }
    return this.#findJavaScript(value);
  }

  /**
   * The codec that makes a JavaScript value of such a Python object.
   *
   * @param proxy - its proxy, made for those who decide by looking at it
   */
  forPython(object: Handle, proxy: () => PyProxy): KnownCodec | undefined {
    let best = this.#findType(object);
    for (const known of this.#all) {
      const { python } = known.codec;
      if (typeof python !== 'function' || known.type !== undefined) continue;
      if (best !== undefined && !goesBefore(known, best)) continue;
      if ((python as (value: PyProxy) => boolean)(proxy())) best = known;
    }
    return best;
  }

  #checked(codec: Codec): KnownCodec {
    const { name, priority = 0, python, javascript } = codec;
    const refuse = (why: string): NogilError =>
      new NogilError('INVALID_ARGUMENT', `the codec ${name} ${why}`);
    if (typeof name !== 'string') throw refuse('needs a name, a string');
    if (!Number.isFinite(priority)) throw refuse('needs a number as its priority');
    if ((python === undefined) !== (codec.toJs === undefined)) {
      throw refuse('has one of `python` and `toJs`, which go together');
    }
    if ((javascript === undefined) !== (codec.toPython === undefined)) {
      throw refuse('has one of `javascript` and `toPython`, which go together');
    }
    if (python === undefined && javascript === undefined) throw refuse('has neither direction');
    return {
      name,
      priority,
      order: this.#order++,
      codec,
      type: this.#typeOf(python),
      raw: undefined,
      toJs: (value, options) => codec.toJs?.(value, options),
      toPython: (value) => codec.toPython?.(value),
    };
  }

  /** A reference of our own: the user may destroy the proxy. */
  #typeOf(python: Codec['python']): Handle | string | undefined {
    if (python === undefined || typeof python === 'string') return python;
    const cell = cellOf(python);
    if (cell === undefined) return undefined;
    const type = new Handle(cell.handle);
    return new Handle(operate(this.#environment, NG_OPERATION_TO_PYTHON, [type], readHandle));
  }

  #findJavaScript(value: object): KnownCodec | undefined {
    let best: KnownCodec | undefined;
    for (const known of this.#all) {
      const { javascript } = known.codec;
      if (javascript === undefined || (best !== undefined && !goesBefore(known, best))) continue;
      const matches = isClass(javascript) ? value instanceof javascript : javascript(value);
      if (matches) best = known;
    }
    return best;
  }

  #changed(): void {
    if (this.#table !== undefined) this.#environment.releases.now([this.#table]);
    this.#table = undefined;
    this.#byPrototype = new WeakMap();
    const sides = this.#all.map(({ codec }) => codec.javascript);
    this.#hasPredicates = sides.some((side) => side !== undefined && !isClass(side));
    this.claimsContainers = sides.some(
      (side) => side !== undefined && (!isClass(side) || claimsContainer(side)),
    );
  }

  // ---- types, in Python -----------------------------------------------------------------------

  /** The types there are codecs for, as Python looks them up; made anew after a change. */
  #types(): Handle {
    const environment = this.#environment;
    if (this.#table === undefined) {
      const values: Crossing[] = [supportFunction(environment, 'new_codec_table')];
      for (const { type, priority, order } of this.#all) {
        if (type !== undefined) values.push(type, priority, order);
      }
      this.#table = operate(environment, NG_OPERATION_CALL, values, readHandle);
    }
    return new Handle(this.#table);
  }

  #findType(object: Handle): KnownCodec | undefined {
    const environment = this.#environment;
    const find = supportFunction(environment, 'find_codec');
    const order = operate(
      environment,
      NG_OPERATION_CALL,
      [find, this.#types(), object],
      readNumber,
    );
    return order < 0 ? undefined : this.#all.find((known) => known.order === order);
  }
}

function goesBefore(one: KnownCodec, other: KnownCodec): boolean {
  if (one.priority !== other.priority) return one.priority > other.priority;
  const { javascript } = one.codec;
  const { javascript: others } = other.codec;
  if (javascript !== undefined && others !== undefined && isClass(javascript) && isClass(others)) {
    if (javascript.prototype instanceof others) return true;
    if (others.prototype instanceof javascript) return false;
  }
  return one.order > other.order;
}

function notByProxy(): never {
  throw new NogilError('INTERNAL', 'a codec that knows objects by their handles got a proxy');
}

function isClass(
  match: JavaScriptMatch,
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
): match is abstract new (...values: any[]) => unknown {
  return typeof (match as { readonly prototype?: unknown }).prototype === 'object';
}

function claimsContainer(side: JavaScriptMatch): boolean {
  return [[], new Map(), new Set(), {}].some(
    (container) =>
      (side as { readonly prototype?: unknown }).prototype === Object.getPrototypeOf(container),
  );
}

/** This thread's codecs. */
export function codecsOf(environment: Environment): Codecs {
  return environment.codecs ?? openCodecs(environment);
}

function openCodecs(environment: Environment): Codecs {
  const codecs = new Codecs(environment);
  environment.codecs = codecs;
  for (const codec of builtInCodecs(environment)) codecs.add(codec);
  return codecs;
}
