import { afterEach, describe, expect, it } from 'vitest';

import { type Codec, type PyProxy, python } from '../src/index.js';
import type { PyAny } from '../src/index.js';

class Money {
  constructor(
    readonly amount: bigint,
    readonly currency: string,
  ) {}
}

const disposers: (() => void)[] = [];
function register(codec: Codec): () => void {
  const dispose = python.codecs.register(codec);
  disposers.push(dispose);
  return dispose;
}
afterEach(() => {
  for (const dispose of disposers.splice(0)) dispose();
});

const PyMoney = python.run(`
class Money:
    def __init__(self, amount, currency):
        self.amount = amount
        self.currency = currency
class Euro(Money):
    pass
Money`);
const Euro = python.eval('Euro');

const money: Codec = {
  name: 'money',
  python: PyMoney as PyProxy,
  javascript: Money,
  toJs: (value) => new Money(BigInt(value.amount as number), value.currency as string),
  toPython: (value) => PyMoney((value as Money).amount, (value as Money).currency),
};

describe('a codec', () => {
  it('converts in both directions, also inside of containers', () => {
    register(money);
    const value = new Money(5n, 'EUR');
    const made = python.toPy({ value }) as PyProxy;
    expect(python.eval('lambda d: d["value"].currency')(made)).toBe('EUR');
    expect(made.toJs()).toEqual(new Map([['value', value]]));
  });

  it('knows the subclasses of its types', () => {
    register(money);
    expect(python.toJs(Euro(1, 'EUR'))).toEqual(new Money(1n, 'EUR'));
    class Cents extends Money {}
    expect(python.repr(new Cents(1n, 'x'))).toMatch(/Money object/);
  });

  it('is gone once it is disposed of, twice is fine', () => {
    const dispose = register(money);
    dispose();
    dispose();
    const value = new Money(1n, 'x');
    expect(python.eval('lambda value: value')(value)).toBe(value);
    expect(python.toJs(PyMoney(1, 'x'))).not.toBeInstanceOf(Money);
  });

  it('is asked before those of lower priority, and of the same registered earlier', () => {
    const said = (name: string, priority: number): Codec => ({
      name,
      priority,
      python: 'decimal.Decimal',
      javascript: Date,
      toJs: () => name,
      toPython: () => name,
    });
    const answers = (): unknown[] => [
      python.toJs(python.run('import decimal\ndecimal.Decimal(1)')),
      python.eval('lambda value: value')(new Date(0)),
    ];
    const first = register(said('first', 0));
    expect(answers()).toEqual(['first', 'first']);
    const second = register(said('second', 0));
    register(said('low', -1));
    expect(answers()).toEqual(['second', 'second']);
    const high = register(said('high', 5));
    register(said('third', 0));
    expect(answers()).toEqual(['high', 'high']);
    high();
    second();
    first();
    expect(answers()).toEqual(['third', 'third']);
  });

  it('may decide by looking at the value', () => {
    register({
      name: 'tagged',
      javascript: (value) => 'tag' in value,
      toPython: (value) => ['tagged', (value as { tag: string }).tag],
      python: (value: PyProxy) => value.tag === 'x',
      toJs: () => 'tagged',
    });
    expect(python.repr([{ tag: 'a' }, { b: 1 }])).toBe("[['tagged', 'a'], {'b': 1}]");
    expect(python.toJs(python.run("class T: tag = 'x'\n[T()]"))).toEqual(['tagged']);
  });

  it('may want what else is copied', () => {
    register({
      name: 'arrays',
      javascript: Array,
      toPython: (value) => (value as unknown[]).length,
    });
    expect(python.repr([1, 2])).toBe('2');
    expect(python.repr({ a: [1, 2] })).toBe("{'a': 2}");
  });

  it('that answers with the object itself passes it by reference', () => {
    register({ name: 'same', javascript: Date, toPython: (value) => value });
    const date = new Date();
    expect(python.eval('lambda value: value')(date)).toBe(date);
  });

  it('that makes one object twice in a conversion makes it once', () => {
    const date = new Date(0);
    expect(python.eval('lambda l: l[0] is l[1]')([date, date])).toBe(true);
  });

  it('that throws is what is thrown', () => {
    const error = new Error('mine');
    const thrower = (): never => {
      throw error;
    };
    register({ ...money, toJs: thrower, toPython: thrower });
    expect(() => python.repr([new Money(1n, 'x')])).toThrow(error);
    expect(() => python.toJs([PyMoney(1, 'x')]) as unknown).not.toThrow();
    expect(() => python.toJs(python.eval('lambda m: [m]')(PyMoney(1, 'x'))) as unknown).toThrow(
      error,
    );
  });

  it('is not fooled by a class that says it is another', () => {
    const fake = python.run(`
class Decimal:
    __module__ = 'decimal'
class Meta(type):
    def __eq__(self, other): raise KeyError(1)
    __hash__ = None
class Odd(metaclass=Meta): pass
[Decimal(), Odd()]`) as PyProxy;
    const [first, second] = fake.toJs() as [PyAny, PyAny];
    expect(python.repr(first)).toMatch(/Decimal object/);
    expect(python.repr(second)).toMatch(/Odd object/);
  });

  it.each<[string, unknown]>([
    ['without a name', { ...money, name: 1 }],
    ['with a priority that is none', { ...money, priority: NaN }],
    ['with half a direction', { name: 'x', javascript: Date }],
    ['with the other half', { name: 'x', python: 'decimal.Decimal' }],
    ['with no direction', { name: 'x' }],
  ])('%s is refused', (_name, codec) => {
    expect(() => python.codecs.register(codec as Codec)).toThrow(
      expect.objectContaining({ code: 'INVALID_ARGUMENT' }) as Error,
    );
  });
});
