import { spawnSync } from 'node:child_process';
import { inspect } from 'node:util';

import { describe, expect, it } from 'vitest';

import { NogilError, python, type PyProxy } from '../src/index.js';

const raises = (type: string): Error => expect.objectContaining({ type }) as Error;

const object = (body: string): PyProxy =>
  python.run(`class Liar:\n${body.replace(/^/gm, '  ')}\nLiar()`) as PyProxy;

describe('an object whose methods raise', () => {
  it('raises in each of them, and nothing is swallowed', () => {
    const it = object(`
def __getattr__(self, name): raise ValueError(name)
def __setattr__(self, name, value): raise ValueError(name)
def __delattr__(self, name): raise ValueError(name)
def __getitem__(self, key): raise ValueError(key)
def __setitem__(self, key, value): raise ValueError(key)
def __delitem__(self, key): raise ValueError(key)
def __contains__(self, key): raise ValueError(key)
def __len__(self): raise ValueError("len")
def __iter__(self): raise ValueError("iter")
def __str__(self): raise ValueError("str")
def __repr__(self): raise ValueError("repr")
def __dir__(self): raise ValueError("dir")
def __eq__(self, other): raise ValueError("eq")
def __hash__(self): raise ValueError("hash")
def __bool__(self): raise ValueError("bool")
def __index__(self): raise ValueError("index")
def __call__(self): raise ValueError("call")`);
    const attempts: (() => unknown)[] = [
      () => it.x as unknown,
      () => Reflect.set(it, 'x', 1),
      () => Reflect.deleteProperty(it, 'x'),
      () => it[0] as unknown,
      () => Reflect.set(it, 0, 1),
      () => Reflect.deleteProperty(it, 0),
      () => 'x' in it,
      () => 0 in it,
      () => python.len(it),
      () => [...it],
      () => `${it}`,
      () => Object.keys(it),
      () => python.op.eq(it, 1) as unknown,
      () => python.hash(it),
      () => python.op.truth(it),
      () => Number(it),
      () => it() as unknown,
      () => python.op.contains(it, 1),
    ];
    for (const attempt of attempts) expect(attempt).toThrow(raises('ValueError'));
    expect(inspect(it)).toMatch(/repr\(\) failed: ValueError/);
    expect(python.eval('lambda x: x')(it)).toBe(it);
    expect(() => JSON.stringify(it)).toThrow(raises('TypeError'));
  });

  it('passes a BaseException on, too', () => {
    const it = object('def __getattr__(self, name): raise SystemExit(3)');
    expect(() => it.x as unknown).toThrow(raises('SystemExit'));
  });
});

describe('an object whose methods answer nonsense', () => {
  it.each([
    ['def __len__(self): return -1', (it: PyProxy) => python.len(it), 'ValueError'],
    ['def __len__(self): return "x"', (it: PyProxy) => python.len(it), 'TypeError'],
    ['def __str__(self): return 5', (it: PyProxy) => `${it}`, 'TypeError'],
    ['def __dir__(self): return 5', (it: PyProxy) => Object.keys(it), 'TypeError'],
    ['def __hash__(self): return "x"', (it: PyProxy) => python.hash(it), 'TypeError'],
    ['def __bool__(self): return 5', (it: PyProxy) => python.op.truth(it), 'TypeError'],
    ['def __index__(self): return 0.5', (it: PyProxy) => python.op.index(it), 'TypeError'],
    ['def __iter__(self): return 5', (it: PyProxy) => [...it], 'TypeError'],
  ])('%s is an error', (body, attempt, type) => {
    expect(() => attempt(object(body))).toThrow(raises(type));
  });

  it('about its class is what it is', () => {
    const it = object('__class__ = int\ndef __len__(self): return 2');
    expect(python.type(it).__name__).toBe('Liar');
    expect(it.length).toBe(2);
    expect((it as object) instanceof (python.eval('Liar') as PyProxy)).toBe(true);
    const raising = object('@property\ndef __class__(self): raise ValueError("no")');
    expect(raising.x).toBeUndefined();
    expect(python.type(raising).__name__).toBe('Liar');
    expect(inspect(raising)).toMatch(/Liar/);
  });

  it('is equal to everything, and still itself', () => {
    const it = object('def __eq__(self, other): return True\ndef __hash__(self): return 1');
    const other = python.eval('Liar()') as PyProxy;
    expect(it === other).toBe(false);
    expect(python.eval('lambda x: x')(it)).toBe(it);
  });

  it('has a metaclass that lies about bases and attributes', () => {
    const it = python.run(`
class Meta(type):
    def __getattribute__(cls, name): raise ValueError(name)
    def __instancecheck__(cls, value): return "yes"
class Odd(metaclass=Meta):
    def __len__(self): return 3
Odd()`) as PyProxy;
    expect(it.length).toBe(3);
    expect(Symbol.iterator in it).toBe(false);
    expect({} instanceof (python.eval('Odd') as PyProxy)).toBe(false);
    expect((1 as unknown as object) instanceof (python.eval('Odd') as PyProxy)).toBe(true);
  });
});

describe('an object that recurses without end', () => {
  it('is a RecursionError, and the next call works', () => {
    const it = object(`
def __getattr__(self, name): return getattr(self, name + "x")
def __repr__(self): return repr(self)
def __iter__(self): return iter(self)
def __call__(self): return self()`);
    expect(() => it.x as unknown).toThrow(raises('RecursionError'));
    expect(() => it() as unknown).toThrow(raises('RecursionError'));
    expect(() => [...it]).toThrow(raises('RecursionError'));
    expect(inspect(it)).toMatch(/RecursionError/);
    expect(python.eval('1 + 1')).toBe(2);
  });
});

describe('an object that destroys its own proxy', () => {
  it('ends with an error, or with its answer', () => {
    const it = object('def run(self, f):\n  f()\n  return "done"');
    const run = it.run as (f: () => void) => string;
    expect(
      run(() => {
        it.destroy();
      }),
    ).toBe('done');
    expect(() => it.run as unknown).toThrow(NogilError);
  });
});

it('a proxy is of no use after shutdown, and says so', () => {
  const program = `
    import { python } from '${new URL('../dist/index.js', import.meta.url).href}';
    const list = python.eval('[1]');
    const iterator = list[Symbol.iterator]();
    python.shutdown();
    const attempts = [() => list[0], () => list.length, () => [...list], () => String(list), () => iterator.next(),
      () => python.op.add(1, 2), () => list.copy(), () => python.with(list, () => 1)];
    for (const attempt of attempts) {
      try { attempt(); console.log('no error'); } catch (error) { console.log(error.code); }
    }
    console.log(String((await import('node:util')).inspect(list)).includes('failed'));
    list.destroy();`;
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', program], {
    encoding: 'utf8',
    timeout: 60_000,
  });
  expect(stderr).toBe('');
  expect(stdout.trim().split('\n')).toEqual([...Array(8).fill('PYTHON_SHUT_DOWN'), 'true']);
});
