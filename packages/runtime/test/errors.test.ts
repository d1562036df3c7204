import { describe, expect, it } from 'vitest';

import { python, PythonError } from '../src/index.js';
import type { PyAny } from '../src/index.js';

function raised(source: string): PythonError {
  try {
    python.run(source);
  } catch (error) {
    if (error instanceof PythonError) return error;
    throw error;
  }
  throw new Error(`nothing was raised by ${source}`);
}

describe('a Python exception', () => {
  it('has type, message and traceback', () => {
    const error = raised('def outer():\n    return 1 / 0\nouter()');
    expect(error.name).toBe('ZeroDivisionError');
    expect(error.type).toBe('ZeroDivisionError');
    expect(error.message).toMatch(/division by zero/);
    expect(error.traceback).toMatch(/^Traceback \(most recent call last\):\n/);
    expect(error.traceback).toContain('in outer');
    expect(error.traceback).toContain('return 1 / 0');
    expect(error.traceback).not.toContain('"<nogil>"');
    expect(error.stack).toMatch(
      /^ZeroDivisionError: .*\n {4}at outer \(<nogil:\d+>:2\)\n {4}at <module> \(<nogil:\d+>:3\)\n {4}at raised \(.*errors\.test/,
    );
  });

  it('of a module has the module in its type', () => {
    const error = raised('import json; json.loads("{")');
    expect(error.type).toBe('json.decoder.JSONDecodeError');
    expect(error.name).toBe('JSONDecodeError');
  });

  it('shows its causes', () => {
    const error = raised(
      'try:\n    {}["k"]\nexcept KeyError as k:\n    raise ValueError("v") from k',
    );
    expect(error.traceback).toContain("KeyError: 'k'");
    expect(error.traceback).toContain('direct cause');
  });

  it('passed back to Python is the same exception', () => {
    const error = raised('kept = LookupError("mine")\nraise kept');
    expect(python.eval('lambda error: error is kept')(error)).toBe(true);
  });

  it('is a syntax error with its place', () => {
    const error = raised('x = = 1');
    expect(error.type).toBe('SyntaxError');
    expect(error.traceback).toContain('x = = 1');
  });

  it('whose own methods raise is still reported', () => {
    const error = raised(
      'class Bad(Exception):\n    def __str__(self): raise RuntimeError\nraise Bad()',
    );
    expect(error.type).toBe('Bad');
    expect(error.message).toContain('RuntimeError');
  });

  it('with text that UTF-16 cannot tell apart is still reported', () => {
    expect(raised("raise ValueError('\\ud83d' + '\\ude00')").message).toBe('\u{1F600}');
  });

  it.each(['SystemExit(3)', 'KeyboardInterrupt()', 'GeneratorExit()'])(
    '%s arrives too, and ends nothing',
    (expression) => {
      expect(raised(`raise ${expression}`).type).toBe(expression.split('(')[0]);
    },
  );

  it('from deep recursion leaves Python usable', () => {
    const loads = python.import('json').loads as (text: string) => PyAny;
    for (let i = 0; i < 3; i++) {
      expect(() => loads('['.repeat(200_000))).toThrow(
        expect.objectContaining({ type: 'RecursionError' }) as Error,
      );
    }
    expect(loads('[1]')[0]).toBe(1);
  });

  it('of an import names the module', () => {
    expect(() => python.import<unknown>('no_such_module')).toThrow(
      expect.objectContaining({ type: 'ModuleNotFoundError' }) as Error,
    );
  });
});

describe('python.run and python.eval', () => {
  it('give the value of the last expression, or null', () => {
    expect(python.run('a = 1\na + 1')).toBe(2);
    expect(python.run('a = 1')).toBeNull();
    expect(python.run('')).toBeNull();
    expect(python.eval('  3 * 3')).toBe(9);
    expect(() => python.eval('a = 1') as unknown).toThrow(PythonError);
  });

  it('share the namespace of __main__, or use the one they are given', () => {
    python.run('shared_name = 5');
    expect(python.eval('shared_name')).toBe(5);
    expect(python.import('__main__').shared_name).toBe(5);
    const globals = python.eval('{}') as never;
    python.run('own = 1', { globals });
    expect(python.eval('own', { globals })).toBe(1);
    expect(() => python.eval('own') as unknown).toThrow(/own/);
  });

  it('show the given file name', () => {
    try {
      python.run('1/0', { filename: 'script.py' });
      expect.unreachable();
    } catch (error) {
      expect((error as PythonError).traceback).toContain('File "script.py", line 1');
    }
  });

  it('give the same source the same file name, as free-threaded builds keep each for ever', () => {
    const ask = '__import__("sys")._getframe().f_code.co_filename';
    const name = python.eval(ask) as string;
    expect(python.eval(ask)).toBe(name);
    for (let i = 0; i < 300; i++) python.eval(`${i}`);
    expect(python.eval(ask)).not.toBe(name); // forgotten meanwhile
    const lines = python.import('linecache').cache.keys() as Iterable<string>;
    expect([...lines].filter((each) => each.startsWith('<nogil:')).length).toBeLessThanOrEqual(256);
  });

  it('refuse what is not code', () => {
    expect(() => python.run(1 as never) as unknown).toThrow(/must be a string/);
    expect(() => python.import<unknown>(1 as never)).toThrow(/name is a string/);
  });
});

describe('python.info', () => {
  it('says what runs', () => {
    const info = python.info();
    expect(info.version).toMatch(/^3\.\d+\.\d+/);
    expect(info.executable).toBe(python.import('sys').executable);
    expect(info.freeThreaded || info.gilEnabled).toBe(true);
    expect(python.start()).toEqual(info);
  });
});
