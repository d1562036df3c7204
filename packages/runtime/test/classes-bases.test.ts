import { describe, expect, it } from 'vitest';

import { environment } from '../src/environment.js';
import { keptOf } from '../src/classes/kept.js';
import { kw, type PyAny, type PyClass, python, PythonError } from '../src/index.js';

const call = (source: string, ...values: unknown[]): PyAny =>
  (python.eval(source) as (...given: unknown[]) => unknown)(...values);

python.run(`
import abc, dataclasses, copy, pickle, inspect, threading, gc, weakref

class Abstract(abc.ABC):
    @abc.abstractmethod
    def area(self): ...
    @property
    @abc.abstractmethod
    def name(self): ...

class Meta(type):
    def __new__(meta, name, bases, namespace, flavour=None):
        made = super().__new__(meta, name, bases, namespace)
        made.flavour = flavour
        return made
    def __init__(cls, name, bases, namespace, flavour=None):
        super().__init__(name, bases, namespace)
    def __call__(cls, *values):
        made = super().__call__(*values)
        made.through_meta = True
        return made

class WithMeta(metaclass=Meta):
    pass

registered = []
class Plugin:
    def __init_subclass__(cls, /, tag=None, **more):
        super().__init_subclass__(**more)
        registered.append((cls.__name__, tag))

class Field:
    def __set_name__(self, owner, name):
        self.name = name
    def __get__(self, instance, owner):
        return self if instance is None else instance.__dict__.get('_' + self.name, 'unset')
    def __set__(self, instance, value):
        instance.__dict__['_' + self.name] = value

class Slotted:
    __slots__ = ('a',)
    def __init__(self, a):
        self.a = a

@dataclasses.dataclass
class Point:
    x: int
    y: int = 2

class Left:
    def __init__(self, **named):
        super().__init__(**named)
        self.left = True
    def who(self):
        return 'left'

class Right:
    def __init__(self, **named):
        super().__init__(**named)
        self.right = True
    def who(self):
        return 'right'
    def only(self):
        return 'only right'

class Base:
    def who(self):
        return 'base'

class Params:
    def get_params(self):
        names = [p for p in inspect.signature(type(self).__init__).parameters if p != 'self']
        return {n: getattr(self, n) for n in names}
    def clone(self):
        return type(self)(**self.get_params())
`);
const of = (name: string): PyClass<PyAny> => python.eval(name) as PyClass<PyAny>;

describe('a JavaScript class whose base is', () => {
  it('abstract makes no objects until every method is there', () => {
    class Half extends of('Abstract') {
      area(): number {
        return 1;
      }
    }
    class Whole extends of('Abstract') {
      area(): number {
        return 1;
      }
      get name(): string {
        return ['who', 'le'].join('');
      }
    }
    expect(() => new Half()).toThrow(/abstract/u);
    expect(() => call('lambda H: H()', Half)).toThrow(/abstract/u);
    expect(new Whole().name).toBe('whole');
    expect(call('lambda W: W().area()', Whole)).toBe(1);
  });

  it('made by a metaclass goes through it, with keywords', () => {
    class Sweet extends of('WithMeta') {
      static python = { keywords: { flavour: 'sweet' } };
    }
    const made = new Sweet();
    expect(made.through_meta).toBe(true);
    expect(call('lambda s: (type(s).flavour, type(type(s)).__name__)', made).toString()).toBe(
      "('sweet', 'Meta')",
    );
    expect(call('lambda S: S().through_meta', Sweet)).toBe(true);
    class Chosen extends of('Base') {
      static python = { metaclass: of('Meta'), keywords: { flavour: 1 } };
    }
    expect(call('lambda C: C.flavour', Chosen)).toBe(1);
  });

  it('a registry is told of it once', () => {
    class Tagged extends of('Plugin') {
      static python = { keywords: { tag: 'x' } };
    }
    expect(new Tagged()).not.toBe(new Tagged());
    expect(python.eval('str(registered)')).toBe("[('Tagged', 'x')]");
  });

  it('takes descriptors as static fields', () => {
    class Model extends of('Base') {
      static age = (of('Field') as PyAny)();
    }
    const model = new Model();
    expect(model.age).toBe('unset');
    model.age = 5;
    expect(model.age).toBe(5);
    expect(call('lambda m: (type(m).__dict__["age"].name, m._age)', model).toString()).toBe(
      "('age', 5)",
    );
  });

  it('slotted, a dataclass or a number works', () => {
    class S extends of('Slotted') {
      more = 1;
    }
    expect(call('lambda s: (s.a, s.more)', new S(4)).toString()).toBe('(4, 1)');
    class P3 extends of('Point') {
      constructor(x: number, y: number, z: number) {
        super(x, y);
        this.z = z;
      }
    }
    expect(
      call('lambda P: (lambda p: (p.x, p.y, p.z, p == P(1, 2, 4)))(P(1, 2, 3))', P3).toString(),
    ).toBe('(1, 2, 3, True)');
    class Double extends (python.import('builtins').float as PyClass<PyAny>) {
      constructor(value: number) {
        super(value * 2);
      }
      half(): number {
        return Number(this) / 2;
      }
    }
    expect(Number(new Double(3))).toBe(6);
    expect(call('lambda D: D(3) + 1', Double)).toBe(7);
    expect(call('lambda D: D(3).half()', Double)).toBe(3);
    class Table extends (python.import('builtins').dict as PyClass<PyAny>) {
      __missing__(key: string): string {
        return `no ${key}`;
      }
    }
    expect(call("lambda T: T(a=1)['b']", Table)).toBe('no b');
    expect(call("lambda T: T(a=1)['a']", Table)).toBe(1);
  });

  it('an exception is raised by what JavaScript throws, and caught by its class on both sides', () => {
    class Failed extends (python.import('builtins').ValueError as PyClass<PyAny>) {
      code = 7;
    }
    const thrower = (): never => {
      // eslint-disable-next-line @typescript-eslint/only-throw-error -- a Python exception
      throw new Failed('bad');
    };
    const caught = python.run(`
def attempt(f, kind):
    try:
        f()
    except kind as error:
        return type(error).__name__, str(error), error.code
    return 'nothing'
attempt`) as (...values: unknown[]) => PyAny;
    expect(caught(thrower, Failed).toString()).toBe("('Failed', 'bad', 7)");
    expect(caught(thrower, python.import('builtins').ValueError).toString()).toBe(
      "('Failed', 'bad', 7)",
    );
    const raise = python.run('def raise_it(kind):\n  raise kind("py")\nraise_it');
    let thrown: unknown;
    try {
      raise(Failed);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(PythonError);
    expect(thrown instanceof Failed).toBe(true);
  });

  it('several types: super follows the resolution order', () => {
    class Both extends python.extend(of('Left'), of('Right')) {
      constructor() {
        super(kw({}));
      }
      who(): string {
        return `both, ${super.who() as string}`;
      }
    }
    const both = new Both();
    expect([both.left, both.right, both.who(), both.only()]).toEqual([
      true,
      true,
      'both, left',
      'only right',
    ]);
    expect(call('lambda b: [c.__name__ for c in type(b).__mro__]', both).toString()).toBe(
      "['Both', 'Left', 'Right', 'object']",
    );
    expect(() => (python.extend(of('Left')) as PyAny)()).toThrow(/only to derive from/u);
    expect(() => python.extend(1)).toThrow(/takes Python types/u);
  });

  it('a Python class that derives from a JavaScript class, and so on', () => {
    class First extends of('Base') {
      #own = 'first';
      who(): string {
        return `${this.#own} ${super.who() as string}`;
      }
    }
    const Middle = call(
      `lambda F: type('Middle', (F,), {'who': lambda self: 'middle ' + F.who(self)})`,
      First,
    ) as PyClass<PyAny>;
    class Last extends Middle {
      #own = 'last';
      who(): string {
        return `${this.#own} ${super.who() as string}`;
      }
    }
    const expected = 'last middle first base';
    expect(new Last().who()).toBe(expected);
    expect(call('lambda L: L().who()', Last)).toBe(expected);
    expect((Middle as PyAny)().who()).toBe('middle first base');
    expect((Middle as PyAny)() instanceof First).toBe(true);
    expect(new Last() instanceof Middle).toBe(true);
    expect(new Last() instanceof First).toBe(true);
  });
});

describe('an object of such a class', () => {
  class Estimator extends python.extend(of('Params'), of('Base')) {
    #fitted = 0;
    constructor(alpha = 0.5, name = 'x', nothing = null) {
      super();
      this.alpha = alpha;
      this.name = name;
      this.nothing = nothing;
    }
    fit(value: number): this {
      this.#fitted = value;
      return this;
    }
    get fitted(): number {
      return this.#fitted;
    }
  }

  it('is cloned by its parameters, as scikit-learn does it', () => {
    expect(call('lambda E: str(inspect.signature(E.__init__))', Estimator)).toBe(
      "(self, alpha=0.5, name='x', nothing=None)",
    );
    const one = new Estimator(0.25);
    expect(call('lambda e: str(e.clone().get_params())', one)).toBe(
      "{'alpha': 0.25, 'name': 'x', 'nothing': None}",
    );
    expect(call('lambda e: e.fit(3) is e and e.fitted', one)).toBe(3);
    expect(() => call('lambda E: E(beta=1)', Estimator)).toThrow(/unexpected argument 'beta'/u);
    expect(() => call('lambda E: E(1, alpha=1)', Estimator)).toThrow(/'alpha' twice/u);
  });

  it('is copied without its constructor, and never pickled', () => {
    const one = new Estimator(0.25);
    one.list = [1, [2]];
    const copied = call('lambda e: copy.deepcopy(e)', one) as Estimator;
    expect(copied).toBeInstanceOf(Estimator);
    expect(copied === one).toBe(false); // not toBe: it would read the accessors
    expect(call('lambda a, b: a.list == b.list and a.list is not b.list', one, copied)).toBe(true);
    expect(() => copied.fitted).toThrow(TypeError); // it has no private fields: its constructor did not run
    expect(() => call('lambda e: pickle.dumps(e)', one)).toThrow(/no other process can\s+import/u);
  });

  it('keeps what only JavaScript has while Python holds it, and is let go of then', async () => {
    python.run('held = []');
    call('lambda E: [held.append(E(i).fit(i)) for i in range(300)] and None', Estimator);
    expect(keptOf(environment()).size).toBeGreaterThanOrEqual(300);
    globalThis.gc?.();
    await new Promise((resolve) => setImmediate(resolve));
    expect(call('lambda: held[42].fitted')).toBe(42);
    python.run('held.clear()');
    keptOf(environment()).sweep();
    expect(keptOf(environment()).size).toBeLessThan(100);
  });

  it('is called by threads of Python on its own thread', async () => {
    const one = new Estimator();
    python.run(`
def later(e):
    results = []
    t = threading.Thread(target=lambda: results.append(e.fit(11).fitted))
    t.start()
    return t, results`);
    const pair = call('lambda e: later(e)', one);
    while (call('lambda p: p[0].is_alive()', pair) === true) {
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(call('lambda p: p[1][0]', pair)).toBe(11);
  });

  it('refuses what its type must make itself', () => {
    class Wrong extends of('Base') {
      __init__(): void {
        // never called
      }
    }
    expect(() => new Wrong()).toThrow(/write a constructor/u);
  });
});
