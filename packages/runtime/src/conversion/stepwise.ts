import { NogilError } from '@nogil/abi';
import {
  NG_OPERATION_CALL,
  NG_OPERATION_TO_PYTHON,
  NG_TREE_LIST,
  NG_TREE_SET,
} from '@nogil/abi/constants';

import type { Environment } from '../environment.js';
import { type Crossing, Handle } from '../frame/crossing.js';
import { operate, readHandle, readNumber } from '../frame/operate.js';
import { cellOf } from '../proxy/handle-cell.js';
import { supportFunction } from '../support.js';
import { codecsOf } from './codecs.js';
import { isContainer, openLevel } from './containers.js';
import type { ToPyOptions } from './options.js';
import type { Policy } from './policy.js';
import { resultReader } from './to-js.js';
import { Conversion } from './to-python.js';

/** Values that go to Python in one call while a container is filled. */
const CHUNK = 1024;

type Converter = NonNullable<ToPyOptions['defaultConverter']>;

/**
 * An explicit conversion with a converter of the user's, which may ask for any part while the whole is half made.
 * So every container is there before what is in it, and is filled by calls: slower than a tree.
 */
export class StepwiseConversion {
  readonly #environment: Environment;
  readonly #policy: Policy;
  readonly #depth: number;
  readonly #converter: Converter;
  readonly #done = new Map<object, Handle>();
  readonly #rest: Conversion;
  #level = 0;

  constructor(environment: Environment, policy: Policy, depth: number, converter: Converter) {
    this.#environment = environment;
    this.#policy = policy;
    this.#depth = depth;
    this.#converter = converter;
    this.#rest = new Conversion(environment, policy, { depth: 0 });
  }

  /** As of Conversion; the answer is good until `done`. */
  ready(value: unknown): Crossing {
    const isObject = (typeof value === 'object' && value !== null) || typeof value === 'function';
    if (!isObject || cellOf(value) !== undefined) return this.#rest.ready(value);
    const known = this.#done.get(value);
    if (known !== undefined) return known;
    if (isContainer(value)) {
      return this.#level < this.#depth ? this.#container(value) : this.#rest.ready(value);
    }
    if (value instanceof Uint8Array) return value;
    if (codecsOf(this.#environment).forJavaScript(value) !== undefined)
      return this.#rest.ready(value);
    return this.#ask(value);
  }

  /** Releases what was made. */
  done(): void {
    this.#rest.done();
    this.#environment.releases.now([...this.#done.values()].map(({ number }) => number));
    this.#done.clear();
  }

  #ask(value: object): Crossing {
    const convert = (part: unknown): unknown =>
      operate(
        this.#environment,
        NG_OPERATION_TO_PYTHON + this.#policy.answers,
        [this.ready(part)],
        resultReader(this.#policy),
      );
    const cache = (input: object, converted: unknown): void => {
      this.#keep(input, converted);
    };
    const made = this.#converter(value, convert, cache);
    const cached = this.#done.get(value);
    if (cached !== undefined) return cached;
    if (made === value) return this.#rest.ready(value);
    if (typeof made === 'object' && made !== null && cellOf(made) === undefined) {
      return this.ready(made);
    }
    return this.#rest.ready(made);
  }

  #keep(input: object, converted: unknown): void {
    const environment = this.#environment;
    const ready = this.#rest.ready(converted);
    if (this.#done.has(input)) {
      throw new NogilError('INVALID_ARGUMENT', 'what an object became was said before');
    }
    const handle = operate(
      environment,
      NG_OPERATION_CALL,
      [supportFunction(environment, 'same'), ready],
      readHandle,
    );
    this.#done.set(input, new Handle(handle));
  }

  #container(value: object): Handle {
    const environment = this.#environment;
    const level = openLevel(value);
    const isList = level.tag === NG_TREE_LIST;
    const isSet = level.tag === NG_TREE_SET;
    const make = supportFunction(environment, isList ? 'new_list' : isSet ? 'new_set' : 'new_dict');
    const fill = supportFunction(environment, isList ? 'extend' : isSet ? 'add' : 'update');
    const handle = new Handle(operate(environment, NG_OPERATION_CALL, [make], readHandle));
    this.#done.set(value, handle);
    this.#level++;
    const { items, source } = level;
    const width = source === undefined ? 1 : 2;
    for (let start = 0; start < level.count; start += CHUNK / 2) {
      const chunk: Crossing[] = [fill, handle];
      const end = Math.min(start + CHUNK / 2, level.count);
      for (let i = start; i < end; i++) {
        chunk.push(this.ready(items[i]));
        if (source !== undefined) chunk.push(this.ready(source[items[i] as string]));
      }
      if (operate(environment, NG_OPERATION_CALL, chunk, readNumber) !== (end - start) * width) {
        throw new NogilError(
          'UNSUPPORTED_VALUE',
          'two keys that JavaScript tells apart are equal in Python: one entry would be lost',
        );
      }
    }
    this.#level--;
    return handle;
  }
}
