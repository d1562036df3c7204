import { describe, expect, it } from 'vitest';

import { kw, type PyAny, python, type PyClass } from '../src/index.js';

python.run(`
class Animal:
    legs = 4
    def __init__(self, name, sound='...'):
        self.name = name
        self.sound = sound
        self.log = [self.speak()]
    def speak(self):
        return self.name + ' says ' + self.sound
    @property
    def loud(self):
        return self.speak().upper()
    @loud.setter
    def loud(self, value):
        self.sound = value
    @classmethod
    def create(cls, *values):
        return cls(*values)
    @staticmethod
    def plain(a):
        return a + 1
`);

type Speaker = PyAny;
const Animal = python.eval('Animal') as PyClass<Speaker>;

class Dog extends Animal {
  #secret = 7;
  tricks = 0;

  constructor(name: string, options: { sound?: string } = {}) {
    super(name, kw({ sound: options.sound ?? 'woof' }));
    this.extra = [1, 2];
  }

  speak(times = 1): string {
    return (super.speak() as string) + '!'.repeat(times);
  }

  get secret(): number {
    return this.#secret;
  }

  set secret(value: number) {
    this.#secret = value;
  }

  static count = 1;

  static of(name: string): Dog {
    return new this(name);
  }

  async later(value: number): Promise<number> {
    await Promise.resolve();
    return value * 2;
  }

  __len__(): number {
    return 3;
  }

  __eq__(other: unknown): boolean {
    return other instanceof Dog && other.name === this.name;
  }

  *[Symbol.iterator](): Generator<number> {
    yield 1;
    yield 2;
  }

  toString(): string {
    return `Dog ${this.name as string}`;
  }
}

const call = (source: string, ...values: unknown[]): PyAny =>
  (python.eval(source) as (...given: unknown[]) => unknown)(...values);

describe('a JavaScript class that derives from a Python type', () => {
  it('is constructed by JavaScript, and its base calls its overrides', () => {
    const dog = new Dog('Rex');
    expect(dog.speak()).toBe('Rex says woof!');
    expect(dog.log[0]).toBe('Rex says woof!');
    expect(dog.tricks).toBe(0);
    expect(dog.secret).toBe(7);
    expect(call('lambda d: (type(d).__name__, d.tricks, d.extra, d.secret)', dog).toString()).toBe(
      "('Dog', 0, [1, 2], 7)",
    );
  });

  it('is constructed by Python, and is the same object in both', () => {
    const dog = call("lambda D: D('Rex')", Dog) as Dog;
    expect(dog).toBeInstanceOf(Dog);
    expect(dog.secret).toBe(7);
    expect(call('lambda d: d', dog)).toBe(dog);
    expect(call("lambda D: D('Rex', sound='wuff').speak(2)", Dog)).toBe('Rex says wuff!!');
    expect(call("lambda D: D(name='Rex').speak(times=3)", Dog)).toBe('Rex says woof!!!');
  });

  it('has instances of both classes on both sides', () => {
    const dog = new Dog('Rex');
    expect(dog instanceof Dog).toBe(true);
    expect(dog instanceof Animal).toBe(true);
    expect((Animal as PyAny)('cat') instanceof Dog).toBe(false);
    expect(call('lambda d, D: isinstance(d, Animal) and isinstance(d, D)', dog, Dog)).toBe(true);
    expect(call('lambda D: [c.__name__ for c in D.__mro__]', Dog).toString()).toBe(
      "['Dog', 'Animal', 'object']",
    );
  });

  it('shows accessors as properties and static methods as class methods', () => {
    expect(call("lambda D: D.of('Bo').name", Dog)).toBe('Bo');
    expect(call("lambda D: D.create('Bo').speak()", Dog)).toBe('Bo says woof!');
    expect((Dog as PyAny).create('Bo')).toBeInstanceOf(Dog);
    expect((Dog as PyAny).plain(1)).toBe(2);
    const dog = new Dog('Rex');
    call('lambda d: setattr(d, "secret", 9)', dog);
    expect(dog.secret).toBe(9);
    expect(dog.loud).toBe('REX SAYS WOOF!');
    dog.loud = 'arf';
    expect(dog.sound).toBe('arf');
  });

  it('has its static fields in Python', () => {
    expect(new Dog('x').tricks).toBe(0);
    expect(call('lambda D: D.count', Dog)).toBe(1);
    Dog.count = 5;
    expect(call('lambda D: D.count', Dog)).toBe(5);
    call('lambda D: setattr(D, "count", 6)', Dog);
    expect(Dog.count).toBe(6);
  });

  it('implements the special methods of Python', () => {
    const dog = new Dog('Rex');
    expect(call('lambda d: (len(d), list(d), str(d))', dog).toString()).toBe(
      "(3, [1, 2], 'Dog Rex')",
    );
    expect(call('lambda a, b: a == b', dog, new Dog('Rex'))).toBe(true);
    expect(call('lambda a, b: a == b', dog, new Dog('Bo'))).toBe(false);
    expect([...(dog as Iterable<number>)]).toEqual([1, 2]);
    expect(`${dog}`).toBe('Dog Rex');
  });

  it('lets an attribute of the instance go before a method', () => {
    const dog = new Dog('Rex');
    call('lambda d: setattr(d, "speak", lambda: "shadow")', dog);
    expect(dog.speak()).toBe('shadow');
  });

  it('is the class itself when its type comes back', () => {
    expect(call('lambda d: type(d)', new Dog('x'))).toBe(Dog);
    expect(call('lambda D: D', Dog)).toBe(Dog);
  });
});
