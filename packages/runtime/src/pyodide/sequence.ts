import { Handle } from '../frame/crossing.js';
import { ask } from './calls.js';
import { alive, destroyProxy } from './proxy.js';
import { proxyFlag } from './proxy-flags.js';
import { stateOf } from './state.js';

type Method = (...values: unknown[]) => unknown;

function handleOf(proxy: object): Handle {
  return new Handle(alive(proxy).shared.handle);
}

const generic =
  'join slice indexOf lastIndexOf forEach map filter some every reduce reduceRight at concat entries keys values find findIndex'.split(
    ' ',
  );

/** Methods of arrays that only read. */
class Reading {
  declare readonly [Symbol.isConcatSpreadable]: boolean;

  includes(value: unknown): unknown {
    return ask('contains', handleOf(this), value);
  }

  toJSON(): unknown[] {
    return Array.from(this as unknown as Iterable<unknown>);
  }
}
Object.defineProperty(Reading.prototype, Symbol.isConcatSpreadable, {
  value: true,
  configurable: true,
});
for (const name of generic) {
  const method = Reflect.get(Array.prototype, name) as Method;
  Object.defineProperty(Reading.prototype, name, {
    value(this: object, ...values: unknown[]): unknown {
      return Reflect.apply(method, this, values);
    },
    writable: true,
    configurable: true,
  });
}

/** Methods of arrays that change it. */
class Changing {
  reverse(): this {
    ask('sequence_reverse', handleOf(this));
    return this;
  }

  sort(compare?: (left: unknown, right: unknown) => number): this {
    const items = Array.from({ length: lengthOf(this) }, (_, place) => itemOf(this, place));
    items.sort(compare);
    ask('replace_list', handleOf(this), items);
    for (const item of items)
      if (stateOf(item) !== undefined) destroyProxy(item as object, undefined, false);
    return this;
  }

  splice(start?: number, count?: number, ...values: unknown[]): unknown[] {
    if (arguments.length === 0) return [];
    const length = lengthOf(this);
    const asked = Math.trunc(Number(start)) || 0;
    const from = asked < 0 ? Math.max(length + asked, 0) : Math.min(asked, length);
    const gone =
      arguments.length === 1
        ? length - from
        : Math.min(Math.max(Math.trunc(Number(count)) || 0, 0), length - from);
    return ask('sequence_splice', handleOf(this), from, from + gone, values) as unknown[];
  }

  push(...values: unknown[]): number {
    for (const value of values) ask('sequence_append', handleOf(this), value);
    return lengthOf(this);
  }

  pop(): unknown {
    return lengthOf(this) === 0 ? undefined : ask('sequence_pop', handleOf(this), -1);
  }

  shift(): unknown {
    return lengthOf(this) === 0 ? undefined : ask('sequence_pop', handleOf(this), 0);
  }

  unshift(...values: unknown[]): number {
    values.forEach((value, place) => ask('sequence_insert', handleOf(this), place, value));
    return lengthOf(this);
  }

  copyWithin(...values: [number, number, number?]): this {
    return Reflect.apply(Array.prototype.copyWithin as Method, this, values) as this;
  }

  fill(...values: [unknown, number?, number?]): this {
    return Reflect.apply(Array.prototype.fill as Method, this, values) as this;
  }
}

function lengthOf(proxy: object): number {
  return ask('length_of', handleOf(proxy)) as number;
}

function itemOf(proxy: object, place: number): unknown {
  return ask('get_item', handleOf(proxy), place);
}

export const SequenceMethods = [
  [proxyFlag.sequence, Reading],
  [proxyFlag.mutableSequence, Changing],
] as const;
