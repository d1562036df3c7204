import { beforeAll, describe, expect, it } from 'vitest';

import { type Pyodide, ffi, loadPyodide, PythonError } from '../src/pyodide/index.js';

let pyodide: Pyodide;

interface Proxy {
  readonly [name: string]: unknown;
  readonly length: number;
  (...values: unknown[]): unknown;
  readonly apply: (this: unknown, receiver: unknown, values: unknown) => unknown;
  destroy(): void;
  copy(): Proxy;
  toJs(options?: object): unknown;
}

function run(source: string): Proxy {
  return pyodide.runPython(source) as Proxy;
}

function define(name: string, value: unknown): void {
  (pyodide.globals as { set(name: string, value: unknown): void }).set(name, value);
}

beforeAll(async () => {
  pyodide = await loadPyodide();
});

describe('Python to JavaScript', () => {
  it('makes undefined of None and null of jsnull', () => {
    expect(run('None')).toBeUndefined();
    expect(run('from pyodide.ffi import jsnull; jsnull')).toBeNull();
  });

  it('makes a number of a subclass of int, and a bigint of what is not safe', () => {
    expect(run('import enum\nclass E(enum.IntEnum):\n  A = 3\nE.A')).toBe(3);
    expect(run('2**70')).toBe(2n ** 70n);
  });

  it('makes a new proxy for each crossing, with the flags of its type', () => {
    const list = run('shared = [1]; shared');
    expect(list).not.toBe(run('shared'));
    expect(list.$$flags).toBe(24607);
    expect(list).toBeInstanceOf(ffi.PySequence);
    expect(list).not.toBeInstanceOf(ffi.PyDict);
  });

  it('converts deeply on demand: a dict is a plain object', () => {
    expect(run('[1, {"a": (2, {3})}]').toJs()).toEqual([1, { a: [2, new Set([3])] }]);
  });

  it('refuses keys that mean the same property', () => {
    expect(() => run('{1: 1, "1": 2}').toJs()).toThrow('Key collision');
  });
});

describe('the life of proxies', () => {
  it('ends the proxies of arguments with the call', () => {
    let kept: Proxy | undefined;
    define('keep', (value: Proxy) => {
      kept = value;
    });
    run('keep([1])');
    expect(() => kept?.length).toThrow('at the end of a function call');
  });

  it('keeps the proxy of an attribute with the proxy it was read from', () => {
    const object = run('class A:\n  x = [1]\nA()');
    const attribute = object.x as Proxy;
    expect(object.x).toBe(attribute);
    object.destroy();
    expect(() => attribute.length).toThrow('borrowed attribute proxy');
  });

  it('copies', () => {
    const list = run('[1]');
    const copy = list.copy();
    list.destroy();
    expect(() => list.length).toThrow('already been destroyed');
    expect(copy.length).toBe(1);
  });
});

describe('JavaScript to Python', () => {
  it('leaves containers where they are', () => {
    define('array', [1, 2, 3]);
    expect(run('array.append(4); array[-1]')).toBe(4);
    expect(run('from pyodide.ffi import JsArray; isinstance(array, JsArray)')).toBe(true);
    expect(run('array.to_py() == [1, 2, 3, 4]')).toBe(true);
  });

  it('throws and catches the same error', () => {
    const error = new TypeError('mine');
    define('fail', () => {
      throw error;
    });
    expect(() => run('fail()')).toThrow(error);
    expect(run('try:\n  fail()\nexcept Exception as e:\n  s = str(e)\ns')).toBe('TypeError: mine');
  });

  it('raises what Python raised', () => {
    define('callback', run('def f():\n  raise KeyError("k")\nf'));
    expect(() => run('callback()')).toThrow(PythonError);
  });

  it('imports what is registered', () => {
    pyodide.registerJsModule('registered', { value: 1, part: { other: 2 } });
    expect(run('from registered.part import other; other')).toBe(2);
    pyodide.unregisterJsModule('registered');
    expect(() => run('import registered.again')).toThrow('ModuleNotFoundError');
  });
});

describe('conversions that are asked for', () => {
  it('show a cycle by depth, whether or not it was seen', () => {
    define('cycle', new Map<unknown, unknown>([[1, new Map()]]));
    run('cycle.get(1)["a"] = cycle');
    expect(run('repr(cycle.to_py(depth=2))')).toBe("{1: {'a': [object Map]}}");
    expect(run('repr(cycle.to_py())')).toBe("{1: {'a': {...}}}");
  });

  it('leave a proxy of what an eager converter gives back', () => {
    const source = `
from pyodide.ffi import to_js
def eager(value, convert, cache):
  return value if isinstance(value, tuple) else convert(value)
to_js([[1], (2, 3)], eager_converter=eager)[1] == (2, 3)`;
    expect(run(source)).toBe(true);
  });

  it('take null for no arguments', () => {
    const count = run('lambda *values: len(values)');
    const { apply } = count;
    expect(apply.call(count, undefined, null)).toBe(0);
    expect(apply.call(count, undefined, [1, 2])).toBe(2);
  });

  it('pass on a Proxy that was revoked', () => {
    const source = `
from pyodide.code import run_js
revoked = run_js("(() => { const p = Proxy.revocable({}, {}); p.revoke(); return p.proxy; })()")
run_js("(value) => 1")(revoked)`;
    expect(run(source)).toBe(1);
  });

  it('run the code that CodeRunner.code was replaced with', () => {
    const source = `
from pyodide.code import CodeRunner
runner = CodeRunner("x + 700").compile()
runner.code = runner.code.replace(co_consts=tuple(500 if c == 700 else c for c in runner.code.co_consts))
runner.run({"x": 1})`;
    expect(run(source)).toBe(501);
  });
});

describe('asyncio', () => {
  it('runs on the event loop of the host', async () => {
    expect(await pyodide.runPythonAsync('import asyncio\nawait asyncio.sleep(0.001)\n5')).toBe(5);
  });

  it('awaits promises, and makes promises of coroutines', async () => {
    const double = run('async def double(p):\n  return 2 * await p\ndouble');
    expect(await double(Promise.resolve(4))).toBe(8);
  });

  it('leaves a promise that it constructs a promise', () => {
    const source = `
from js import Promise
from pyodide.ffi import JsPromise, create_once_callable
isinstance(Promise.new(create_once_callable(lambda resolve, reject: None)), JsPromise)`;
    expect(run(source)).toBe(true);
  });

  it('rejects with the exception', async () => {
    const fail = run('async def fail():\n  raise ValueError("no")\nfail');
    await expect(fail()).rejects.toMatchObject({ type: 'ValueError' });
  });
});

describe('what there is no sense in', () => {
  it('says what to use instead', () => {
    expect(() => pyodide.mountNodeFS()).toThrow('real file system');
  });
});
