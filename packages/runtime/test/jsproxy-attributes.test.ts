import { runInNewContext } from 'node:vm';

import { describe, expect, it } from 'vitest';

import { check, checkByReference } from './jsproxy.js';

class Point {
  x = 1;
  y: number | undefined = undefined;
  readonly fixed = Object.freeze(new Empty());
  get bad(): never {
    throw new RangeError('from a getter');
  }
  add(by: number): number {
    return (this.x += by);
  }
  static make(): Point {
    return new Point();
  }
}
class Empty {
  readonly empty = true;
}

describe('attributes of a JavaScript object', () => {
  it('are its properties: read, set and deleted', () => {
    const point = new Point();
    check(
      `
assert x.x == 1 and isinstance(x.x, int)
x.x = 5
x.fresh = 'new'
assert x.x == 5 and x.fresh == 'new'
del x.fresh
assert not hasattr(x, 'fresh')`,
      point,
    );
    expect(point.x).toBe(5);
    expect('fresh' in point).toBe(false);
  });

  it('that are missing raise AttributeError, and are None when they are there and undefined', () => {
    check(
      `
assert x.y is None
assert 'nothing' in raises(AttributeError, lambda: x.nothing)
assert getattr(x, 'nothing', 7) == 7
assert raises(AttributeError, lambda: delattr(x, 'nothing'))`,
      new Point(),
    );
  });

  it('have an underscore behind a word of Python', () => {
    class Words {
      from = 1;
      from_ = 2;
      class = 3;
      plain_ = 4;
    }
    const words = new Words();
    check(
      `
assert (x.from_, x.from__, x.class_, x.plain_) == (1, 2, 3, 4)
x.from_ = 10
assert x.from_ == 10 and x.from__ == 2
assert 'from_' in dir(x) and 'class_' in dir(x)`,
      words,
    );
    expect(words.from).toBe(10);
    expect(words.from_).toBe(2);
  });

  it('keep names between double underscores for Python', () => {
    check(
      `
assert 'js_get' in raises(AttributeError, lambda: x.__proto__)
assert raises(AttributeError, lambda: setattr(x, '__proto__', None))
assert x.__class__ is type(x)
assert x.js_get('__proto__') is not None`,
      new Point(),
    );
  });

  it('that a method of Python hides are reached with js_get, and refuse to be set', () => {
    class Hidden {
      to_py = 'mine';
      register = 'free';
    }
    const hidden = new Hidden();
    check(
      `
assert callable(x.to_py) and x.js_get('to_py') == 'mine'
assert 'js_set' in raises(AttributeError, lambda: setattr(x, 'to_py', 1))
x.js_set('to_py', 2)
assert x.js_get('to_py') == 2 and x.js_has('to_py')
assert x.register == 'free'
x.register = 'set'
x.js_delete('to_py')
assert not x.js_has('to_py') and x.js_get('to_py', 9) == 9`,
      hidden,
    );
    expect(hidden.register).toBe('set');
  });

  it('of frozen objects raise TypeError when they are set or deleted', () => {
    class Frozen {
      a = 1;
    }
    check(
      `
assert raises(TypeError, lambda: setattr(x, 'a', 2))
assert raises(TypeError, lambda: setattr(x, 'b', 2))
assert raises(TypeError, lambda: delattr(x, 'a'))
assert x.a == 1`,
      Object.freeze(new Frozen()),
    );
  });

  it('whose getter throws raise what it threw', () => {
    check(`assert 'from a getter' in raises(Exception, lambda: x.bad)`, new Point());
  });

  it('are listed by dir, methods and inherited ones too', () => {
    check(
      `
names = dir(x)
assert {'x', 'y', 'add', 'bad', 'hasOwnProperty', 'to_py'} <= set(names), names`,
      new Point(),
    );
  });
});

describe('methods of a JavaScript object', () => {
  it('are called with it as this, also later', () => {
    const point = new Point();
    check(
      `
assert x.add(1) == 2
m = x.add
assert m(10) == 12 and x.x == 12`,
      point,
    );
  });

  it('are equal as those of Python are, and cross back as the function itself', () => {
    const point = new Point();
    const add = check(
      `
assert x.add == x.add and hash(x.add) == hash(x.add)
assert x.add != y.add and x.add != x.toString
assert x.add.__self__ is x and x.add.__func__ == y.add.__func__
assert raises(AttributeError, lambda: x.add.__func__.__self__)
assert {x.add: 1}[x.add] == 1
return x.add`,
      point,
      new Point(),
    );
    // eslint-disable-next-line @typescript-eslint/unbound-method -- the function itself is what is compared
    expect(add).toBe(point.add);
  });

  it('take keywords as one object, behind the rest', () => {
    class Taker {
      take(...values: unknown[]): string {
        return JSON.stringify(values);
      }
    }
    expect(check(`return x.take(1, a=2, b=[3])`, new Taker())).toMatch(/^\[1,\{"a":2/u);
  });

  it('stay usable while Python reads them a million times', () => {
    check(
      `
for i in range(20000):
    x.add(1)
assert x.x == 20001`,
      new Point(),
    );
  });
});

describe('classes', () => {
  it('construct when they are called, and by new', () => {
    const made = check(
      `
p = x()
assert p.x == 1
assert x.make().add(2) == 3
return p`,
      Point,
    );
    expect(made).toBeInstanceOf(Point);
    checkByReference(
      `
assert x().x == 1 and x.new().x == 1 and x.make().add(2) == 3
assert 'not a constructor' in raises(Exception, lambda: y.new())`,
      Point,
      () => 1,
    );
  });

  it('of the language construct, but for those that convert', () => {
    check(
      `
assert x('12') == 12 and isinstance(x('12'), int)
assert y(3) == '3'
assert z('text').message == 'text'`,
      Number,
      String,
      class Failure extends Empty {
        constructor(readonly message: string) {
          super();
        }
      },
    );
  });
});

describe('what JavaScript objects are to Python', () => {
  it('is one object each: identity, equality, hash, weak references', () => {
    check(
      `
import weakref
assert x is y and x == y and x != z and hash(x) == hash(y)
assert x != 5 and not (x == 'text')
assert weakref.ref(x)() is x
assert x.js_id == y.js_id != z.js_id
assert bool(x) is True`,
      ...(() => {
        const same = new Point();
        return [same, same, new Point()];
      })(),
    );
  });

  it('is text by repr and str, also when its own text throws', () => {
    class Loud {
      a = 1;
      toString(): string {
        return 'loud';
      }
    }
    class Broken {
      [Symbol.for('nodejs.util.inspect.custom')](): never {
        throw new Error('no picture');
      }
    }
    check(
      `
assert repr(x) == 'Loud { a: 1 }' and str(x) == 'loud'
assert 'no picture' in repr(y)`,
      new Loud(),
      new Broken(),
    );
  });

  it('cannot be copied or pickled, and says what to do instead', () => {
    check(
      `
import copy, pickle
for f in (copy.copy, copy.deepcopy, pickle.dumps):
    assert 'to_py' in raises(TypeError, lambda: f(x))`,
      new Point(),
    );
  });

  it('has signatures by the names of its parameters', () => {
    check(
      `
import inspect
names = lambda f: str(inspect.signature(f))
assert names(x) == '(a, b=Ellipsis, /, *rest)', names(x)
assert names(y) == '(value, /)', names(y)
assert names(z) == '(*args)', names(z)`,
      runInNewContext('(function (a, b = 2, ...rest) {})'),
      runInNewContext('value => value'),
      runInNewContext('({ a, b }) => a'),
    );
  });

  it('is shown by help', () => {
    check(
      `
import io, contextlib, pydoc
text = pydoc.render_doc(x)
assert 'JavaScript' in text`,
      new Point(),
    );
  });
});

describe('symbols', () => {
  it('cross as themselves, and are keys', () => {
    const key = Symbol('key');
    class Keyed {
      [key] = 5;
    }
    const back = check(
      `
assert x.js_get(y) == 5
assert y.description == 'key' and str(y) == repr(y) == 'Symbol(key)' and y.typeof == 'symbol'
assert x.js_has(y)
return y`,
      new Keyed(),
      key,
    );
    expect(back).toBe(key);
    expect(check(`return x`, Symbol.iterator)).toBe(Symbol.iterator);
  });
});

describe('hostile JavaScript objects', () => {
  it('survive: a revoked Proxy raises at each use', () => {
    const { proxy, revoke } = Proxy.revocable(new Point(), {});
    revoke();
    check(
      `
for use in (lambda: x.a, lambda: setattr(x, 'a', 1), lambda: delattr(x, 'a'), lambda: dir(x), lambda: str(x)):
    assert 'revoked' in raises(Exception, use)
assert 'evoked' in repr(x)`,
      proxy,
      null,
    );
  });

  it('survive: a Proxy whose traps throw', () => {
    const proxy = new Proxy(
      new Point(),
      new Proxy(
        {},
        {
          get: () => () => {
            throw new Error('trap');
          },
        },
      ),
    );
    check(
      `
assert 'trap' in raises(Exception, lambda: x.a)
assert 'trap' in raises(Exception, lambda: dir(x))`,
      proxy,
      null,
    );
  });

  it('survive: a function of another realm, an object without a prototype chain', () => {
    check(
      `
assert x(2) == 4
assert y() == 1`,
      runInNewContext('(n) => n * 2'),
      Object.setPrototypeOf(() => 1, null),
    );
  });
});
