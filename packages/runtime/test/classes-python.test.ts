import { describe, expect, it } from 'vitest';

import { type PyAny, python } from '../src/index.js';

const call = (source: string, ...values: unknown[]): PyAny =>
  (python.eval(source) as (...given: unknown[]) => unknown)(...values);

class Shape {
  readonly area0: number;
  #hidden = 5;

  constructor(
    readonly width: number,
    options: { height?: number } = {},
  ) {
    this.height = options.height ?? 1;
    this.area0 = this.area(); // an override of Python's is called here
  }

  height: number;

  static made = 0;

  static unit(): Shape {
    return new this(1);
  }

  area(): number {
    return this.width * this.height;
  }

  describe(): string {
    return `${this.constructor.name} of ${this.area()}`;
  }

  get hidden(): number {
    return this.#hidden;
  }

  set hidden(value: number) {
    this.#hidden = value;
  }
}

class Square extends Shape {
  constructor(side: number) {
    super(side, { height: side });
  }

  override describe(): string {
    return `square: ${super.describe()}`;
  }
}

const define = (source: string, globals: Record<string, unknown>): PyAny => {
  const scope = python.eval('{}');
  for (const [name, value] of Object.entries(globals)) scope.$__setitem__(name, value);
  python.run(source, { globals: scope });
  return scope;
};

const scope = define(
  `
class Sub(Shape):
    def __init__(self, width, label='sub'):
        self.label = label
        super().__init__(width, height=3)
        self.after = self.width + 1
    def area(self):
        return super().area() + 100
    @property
    def color(self):
        return 'red ' + self.label

class Deep(Sub):
    def describe(self):
        return 'deep ' + super().describe()
`,
  { Shape, Square },
);
const Sub = scope.$__getitem__('Sub');
const Deep = scope.$__getitem__('Deep');

describe('a JavaScript class in Python', () => {
  it('is a type, and the same one each time', () => {
    expect(call('lambda a, b: isinstance(a, type) and a is b', Shape, Shape)).toBe(true);
    expect(call('lambda S: S', Shape)).toBe(Shape);
    expect(call('lambda S: (S.__name__, S.made)', Shape).toString()).toBe("('Shape', 0)");
    expect(call('lambda A, B: issubclass(B, A)', Shape, Square)).toBe(true);
  });

  it('makes JavaScript objects, which are its instances', () => {
    const made = call('lambda S: S(3, height=4)', Shape) as Shape;
    expect(made).toBeInstanceOf(Shape);
    expect(made.area0).toBe(12);
    expect(call('lambda s, S: isinstance(s, S)', made, Shape)).toBe(true);
    expect(call('lambda s, S: isinstance(s, S)', new Square(2), Shape)).toBe(true);
    expect(call('lambda s, S: isinstance(s, S)', new Shape(2), Square)).toBe(false);
    expect(call('lambda S: S.unit().width', Shape)).toBe(1);
  });
});

describe('a Python class that derives from a JavaScript class', () => {
  it('constructs the JavaScript object, whose constructor calls overrides', () => {
    const sub = Sub(2);
    expect(sub).toBeInstanceOf(Shape);
    expect(sub).toBeInstanceOf(Sub);
    expect(sub.area0).toBe(106);
    expect(sub.area()).toBe(106);
    expect(sub.describe()).toBe('Sub of 106');
    expect(sub.hidden).toBe(5);
  });

  it('is one object: what either side sets, both see', () => {
    const sub = Sub(2, 'x');
    expect(sub.label).toBe('x');
    expect(sub.after).toBe(3);
    sub.width = 10;
    expect(call('lambda s: (s.width, s.area())', sub).toString()).toBe('(10, 130)');
    call('lambda s: setattr(s, "hidden", 8)', sub);
    expect(sub.hidden).toBe(8);
    expect(sub.color).toBe('red x');
    expect(call('lambda s: s', sub)).toBe(sub);
    expect(call('lambda s, S, B: isinstance(s, S) and isinstance(s, B)', sub, Sub, Shape)).toBe(
      true,
    );
  });

  it('can be derived from in turn', () => {
    expect(Deep(1).describe()).toBe('deep Deep of 103');
    expect(call('lambda D: [c.__name__ for c in D.__mro__]', Deep).toString()).toBe(
      "['Deep', 'Sub', 'Shape', 'object']",
    );
    class Last extends Deep {
      describe(): string {
        return `last ${super.describe() as string}`;
      }
    }
    const last = call('lambda L: L(1)', Last) as Last;
    expect(last.describe()).toBe('last deep Last of 103');
    expect(new (Last as PyAny)(1).describe()).toBe('last deep Last of 103');
  });

  it('says what to do when its constructor was not called', () => {
    const lazy = define('class Lazy(Shape):\n  def __init__(self): pass\nlazy = Lazy()', {
      Shape,
    }).$__getitem__('lazy');
    expect(() => call('lambda s: s.area()', lazy)).toThrow(/super\(\)\.__init__\(\)/u);
  });
});
