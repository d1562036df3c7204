import { describe, expect, it } from 'vitest';

import { NogilError, python, type PyProxy } from '../src/index.js';

const raises = (type: string): Error => expect.objectContaining({ type }) as Error;

describe('python.op', () => {
  const { op } = python;

  it.each([
    ['add', 'a + b'],
    ['sub', 'a - b'],
    ['mul', 'a * b'],
    ['truediv', 'a / b'],
    ['floordiv', 'a // b'],
    ['mod', 'a % b'],
    ['divmod', 'divmod(a, b)'],
    ['pow', 'a ** b'],
    ['lshift', 'a << b'],
    ['rshift', 'a >> b'],
    ['and', 'a & b'],
    ['or', 'a | b'],
    ['xor', 'a ^ b'],
    ['eq', 'a == b'],
    ['ne', 'a != b'],
    ['lt', 'a < b'],
    ['le', 'a <= b'],
    ['gt', 'a > b'],
    ['ge', 'a >= b'],
    ['iadd', 'a + b'],
    ['isub', 'a - b'],
    ['imul', 'a * b'],
    ['itruediv', 'a / b'],
    ['ifloordiv', 'a // b'],
    ['imod', 'a % b'],
    ['ipow', 'a ** b'],
    ['ilshift', 'a << b'],
    ['irshift', 'a >> b'],
    ['iand', 'a & b'],
    ['ior', 'a | b'],
    ['ixor', 'a ^ b'],
  ] as const)('%s is %s', (name, source) => {
    const expected = python.eval(`(lambda a, b: repr(${source}))(13, 3)`) as string;
    expect(python.repr(op[name](13, 3))).toBe(expected);
  });

  it('has the unary ones', () => {
    expect([op.neg(3), op.pos(3), op.invert(3), op.abs(-3)]).toEqual([-3, 3, -4, 3]);
    expect([op.not(0), op.truth([]), op.truth([0])]).toEqual([true, false, true]);
    expect(op.index(true)).toBe(1);
    expect(op.pow(3, 4, 5)).toBe(1);
    expect(op.pow(3, 4)).toBe(81);
  });

  it('has those of containers', () => {
    const list = python.eval('[1, 2, 2]') as PyProxy;
    expect([op.contains(list, 2), op.countOf(list, 2), op.indexOf(list, 2)]).toEqual([true, 2, 1]);
    op.setitem(list, -1, 9);
    expect(op.getitem(list, python.slice(1, null))[1]).toBe(9);
    op.delitem(list, 0);
    expect(String(op.concat(list, [3]))).toBe('[2, 9, 3]');
    expect(String(op.getitem(python.eval('{(1, 2): [5]}'), python.eval('(1, 2)')))).toBe('[5]');
    expect(() => op.getitem(list, 'x') as unknown).toThrow(raises('TypeError'));
  });

  it('changes in place where the type can, and gives what the variable would be', () => {
    const list = python.eval('[1]') as PyProxy;
    expect(op.iadd(list, [2])).toBe(list);
    expect(op.iconcat(list, [3])).toBe(list);
    expect(String(list)).toBe('[1, 2, 3]');
    expect(op.iadd(1, 2)).toBe(3);
    expect(op.is(list, list)).toBe(true);
    expect(op.isNot(list, [1])).toBe(true);
  });

  it('uses reflected methods, and those that answer with anything', () => {
    const reflected = python.run(`
class R:
    def __radd__(self, other): return ("radd", other)
    def __matmul__(self, other): return "matmul"
    def __imatmul__(self, other): return self
    def __eq__(self, other): return "maybe"
    __hash__ = None
R()`) as PyProxy;
    expect(op.add(1, reflected)[0]).toBe('radd');
    expect(op.matmul(reflected, 1)).toBe('matmul');
    expect(op.imatmul(reflected, 1)).toBe(reflected);
    expect(op.eq(reflected, 1)).toBe('maybe');
    expect(() => op.add(reflected, 1) as unknown).toThrow(/unsupported operand/);
    expect(() => python.hash(reflected)).toThrow(raises('TypeError'));
  });

  it('wants its operands', () => {
    expect(() => (op.add as (a: number) => unknown)(1)).toThrow(raises('TypeError'));
    expect(() => (op.neg as (...a: number[]) => unknown)(1, 2)).toThrow(raises('TypeError'));
    expect(op.eq(undefined, null)).toBe(true);
  });
});

describe('the built-in functions', () => {
  it('do what Python does', () => {
    const { builtins } = python;
    expect(builtins).toBe(python.import('builtins'));
    expect(python.isinstance(3, builtins.int)).toBe(true);
    expect(python.isinstance(3, [builtins.str, builtins.int])).toBe(true);
    expect(python.isinstance(3, [])).toBe(false);
    expect(python.issubclass(builtins.bool, builtins.int)).toBe(true);
    expect(python.issubclass(builtins.bool, [builtins.str])).toBe(false);
    expect(python.type([])).toBe(builtins.list);
    expect(python.len('abc')).toBe(3);
    expect(python.hash(7)).toBe(7);
    const list = python.eval('[1]') as PyProxy;
    expect(python.id(list)).toBe(python.eval('id')(list));
    expect(python.dir(list)).toContain('append');
    expect(String(python.slice(1, null, 2))).toBe('slice(1, None, 2)');
    const space = python.eval('type("S", (), {})()') as PyProxy;
    python.setattr(space, 'destroy', 5);
    expect(space.$destroy).toBe(5);
    expect(python.hasattr(space, 'destroy')).toBe(true);
    python.delattr(space, 'destroy');
    expect(python.hasattr(space, 'destroy')).toBe(false);
    expect(() => {
      python.delattr(space, 'destroy');
    }).toThrow(raises('AttributeError'));
  });
});

const manager = (exit: string): PyProxy =>
  python.run(`
seen = []
class Manager:
    def __enter__(self):
        seen.append("enter")
        return "value"
    def __exit__(self, kind, error, trace):
        seen.append((kind, error, trace))
        ${exit}
Manager()`) as PyProxy;

describe('python.with', () => {
  it('enters, runs and leaves', () => {
    const it = manager('return False');
    expect(python.with(it, (value) => `${String(value)}!`)).toBe('value!');
    expect(String(python.eval('seen'))).toBe("['enter', (None, None, None)]");
  });

  it('gives __exit__ the real exception, and throws the same error on', () => {
    const it = manager('return None');
    let raised: unknown;
    let caught: unknown;
    try {
      python.with(it, () => {
        try {
          python.eval('{}["k"]');
        } catch (error) {
          raised = error;
          throw error;
        }
      });
    } catch (error) {
      caught = error;
    }
    expect(caught).toBe(raised);
    expect(python.eval('seen[1][0] is KeyError and seen[1][1].args == ("k",)')).toBe(true);
    expect(python.eval('seen[1][2] is seen[1][1].__traceback__ is not None')).toBe(true);
  });

  it('carries JavaScript errors, whatever they are', () => {
    for (const thrown of [new RangeError('far'), 'text', undefined, null, { odd: true }]) {
      const it = manager('return False');
      let caught: unknown = 'nothing';
      try {
        python.with(it, () => {
          throw thrown as Error;
        });
      } catch (error) {
        caught = error;
      }
      expect(caught).toBe(thrown);
      expect(python.eval('isinstance(seen[1][1], Exception)')).toBe(true);
    }
    expect(python.eval('str(seen[1][1])')).toMatch(/object Object/);
  });

  it('suppresses what __exit__ says is suppressed', () => {
    const it = manager('return [1]');
    expect(
      python.with(it, (): number => {
        throw new Error('gone');
      }),
    ).toBeUndefined();
    const suppress = python.import('contextlib').suppress(python.builtins.KeyError) as PyProxy;
    expect(python.with(suppress, () => python.eval('{}[1]') as unknown)).toBeUndefined();
    expect(() => python.with(suppress, () => python.eval('1/0') as unknown)).toThrow(
      raises('ZeroDivisionError'),
    );
  });

  it('throws what __exit__ raises, and leaves when __enter__ raised nothing only', () => {
    expect(() => python.with(manager('1/0'), () => 1)).toThrow(raises('ZeroDivisionError'));
    const broken = python.run(
      'left = []\nclass B:\n  def __enter__(self): 1/0\n  def __exit__(self, *a): left.append(1)\nB()',
    ) as PyProxy;
    expect(() => python.with(broken, () => 1)).toThrow(raises('ZeroDivisionError'));
    expect(python.eval('left').length).toBe(0);
  });

  it('works with generators as context managers', () => {
    const make = python.run(`
import contextlib
steps = []
@contextlib.contextmanager
def managed():
    try:
        yield 5
    except KeyError:
        steps.append("KeyError")
    finally:
        steps.append("done")
managed`) as () => PyProxy;
    expect(python.with(make(), (value) => (value as number) + 1)).toBe(6);
    expect(python.with(make(), () => python.eval('{}[1]') as unknown)).toBeUndefined();
    expect(String(python.eval('steps'))).toBe("['done', 'KeyError', 'done']");
    const mine = new Error('mine');
    expect(() => {
      python.with(make(), () => {
        throw mine;
      });
    }).toThrow(mine);
  });

  it('refuses what is none, and looks at the type alone', () => {
    expect(() => python.with(python.eval('object()'), () => 1)).toThrow(/context manager/);
    const own = python.run(
      'class O: pass\no = O()\no.__enter__ = o.__exit__ = lambda *a: None\no',
    ) as PyProxy;
    expect(() => python.with(own, () => 1)).toThrow(raises('TypeError'));
  });

  it('refuses a promise, after leaving', () => {
    const it = manager('return False');
    expect(() => python.with(it, () => Promise.resolve(1))).toThrow(/asyncWith/);
    expect(python.eval('len(seen)')).toBe(2);
  });
});

describe('python.asyncWith', () => {
  const asynchronous = (exit: string): PyProxy =>
    python.run(`
import asyncio
seen = []
class Manager:
    async def __aenter__(self):
        await asyncio.sleep(0)
        seen.append("enter")
        return 5
    async def __aexit__(self, kind, error, trace):
        await asyncio.sleep(0)
        seen.append(str(error))
        ${exit}
Manager()`) as PyProxy;

  it('enters, waits for the body, and leaves', async () => {
    const body = async (value: number): Promise<number> => {
      await Promise.resolve();
      python.run('seen.append("body")');
      return value + 1;
    };
    expect(await python.asyncWith(asynchronous('return False'), body)).toBe(6);
    expect(String(python.eval('seen'))).toBe("['enter', 'body', 'None']");
  });

  it('gives __aexit__ the exception, which it may suppress', async () => {
    const fail = (): Promise<number> => Promise.reject(new Error('mine'));
    await expect(python.asyncWith(asynchronous('return False'), fail)).rejects.toThrow('mine');
    expect(await python.asyncWith(asynchronous('return True'), fail)).toBeUndefined();
    expect(String(python.eval('seen'))).toMatch(/mine/);
    await expect(python.asyncWith(asynchronous('1/0'), () => 1)).rejects.toThrow(
      raises('ZeroDivisionError'),
    );
  });

  it('refuses what is none', async () => {
    await expect(python.asyncWith(manager('pass'), () => 1)).rejects.toThrow(/__aexit__/);
    await expect(python.asyncWith(python.eval('1'), () => 1)).rejects.not.toBeInstanceOf(
      NogilError,
    );
  });
});
