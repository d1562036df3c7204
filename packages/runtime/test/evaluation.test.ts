import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, describe, expect, expectTypeOf, it } from 'vitest';

import { python, PythonError, type PyProxy } from '../src/index.js';

const { errors } = python;

function raised(work: () => unknown): PythonError {
  try {
    work();
  } catch (error) {
    if (error instanceof PythonError) return error;
    throw error;
  }
  throw new Error('nothing was raised');
}

describe('code', () => {
  it('has the namespaces it is given', () => {
    const globals = python.eval('{}') as PyProxy;
    const locals = python.eval('{}') as PyProxy;
    python.run('a = 1\ndef f(): pass', { globals, locals });
    expect(python.eval('"a" in d', { globals: { d: globals } })).toBe(false);
    expect(python.eval('a', { locals })).toBe(1);
    expect(python.eval('a + b', { globals: { a: 1, b: 2 } })).toBe(3);
    expect(python.run('c = a\nc', { globals, locals })).toBe(1);
  });

  it('may be isolated', () => {
    expect(python.run('only_here = 1\nonly_here', { isolated: true })).toBe(1);
    expect(raised(() => python.eval('only_here') as unknown)).toBeInstanceOf(errors.NameError);
    expect(raised(() => python.eval('only_here', { isolated: true }) as unknown)).toBeInstanceOf(
      errors.NameError,
    );
    expect(python.run('def f(): return g()\ndef g(): return 2\nf()', { isolated: true })).toBe(2);
    expect(() => python.run('1', { isolated: true, globals: {} }) as unknown).toThrow(/leave out/);
  });

  it('is not run with options that do not exist', () => {
    expect(() => python.run('1', { fileName: 'x' } as never) as unknown).toThrow(/no option/);
    expect(() => python.run('1', { filename: 1 } as never) as unknown).toThrow(/a string/);
  });

  it('that cannot be compiled does not run half', () => {
    python.run('ran = []');
    expect(raised(() => python.run('ran.append(1)\nreturn') as unknown)).toBeInstanceOf(
      errors.SyntaxError,
    );
    expect(python.eval('len(ran)')).toBe(0);
  });

  it('with an await of its own is refused with advice', () => {
    const error = raised(() => python.run('import asyncio\nawait asyncio.sleep(0)') as unknown);
    expect(error).toBeInstanceOf(errors.SyntaxError);
    expect(error.message).toContain('async def main()');
    expect(raised(() => python.eval('await x') as unknown).message).toContain('async def main()');
  });

  it('with a syntax error is shown with file, line and caret', () => {
    const error = raised(() => python.run('x = 1\nx = = 2', { filename: 'mine.py' }) as unknown);
    expect(error.traceback).toMatch(/File "mine.py", line 2\n\s+x = = 2\n\s+\^/);
    expect(error instanceof errors.SyntaxError && [error.filename, error.lineno]).toEqual([
      'mine.py',
      2,
    ]);
  });
});

describe('the source in tracebacks', () => {
  it('is there for a function as long as it lives, however much was evaluated since', () => {
    const f = python.run(
      'def failing():\n    raise ValueError("from long ago")\nfailing',
    ) as () => void;
    for (let i = 0; i < 1000; i++) python.eval(`${i} + 0`);
    expect(raised(f).traceback).toContain('raise ValueError("from long ago")');
    const size = python.eval(
      'sum(name.startswith("<nogil:") for name in __import__("linecache").cache)',
    );
    expect(size).toBeLessThanOrEqual(300);
  });

  it('is there under a name of its own', () => {
    const error = raised(
      () => python.run('def f():\n  1/0\nf()', { filename: 'no-such-file.py' }) as unknown,
    );
    expect(error.traceback).toMatch(/File "no-such-file.py", line 2, in f\n\s+1\/0/);
    for (let i = 0; i < 600; i++) python.run('1', { filename: `no-such-file-${i}.py` });
    const size = python.eval(
      'sum(name.startswith("no-such-file") for name in __import__("linecache").cache)',
    );
    expect(size).toBeLessThanOrEqual(256);
  });
});

describe('a module', () => {
  const folder = mkdtempSync(join(tmpdir(), 'nogil-modules-'));
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });
  const known = (name: string): unknown => python.eval(`"${name}" in __import__("sys").modules`);

  it('is made of a text', () => {
    const made = python.module('made_of_text', { source: 'value = __name__\ndef f(): 1/0' }) as {
      value: string;
      f(): void;
    };
    expect(made.value).toBe('made_of_text');
    expect(known('made_of_text')).toBe(false);
    expect(
      raised(() => {
        made.f();
      }).traceback,
    ).toContain('def f(): 1/0');
  });

  it('is made of a file', () => {
    const path = join(folder, 'made_of_file.py');
    writeFileSync(
      path,
      'from dataclasses import dataclass\n@dataclass\nclass A:\n  x: int\nfile = __file__',
    );
    const made = python.module('made_of_file', { path }) as { file: string };
    expect(made.file).toBe(path);
    expect(() => python.module('x', { path: join(folder, 'missing.py') }) as unknown).toThrow(
      errors.FileNotFoundError,
    );
    expect(() => python.module('x', { path: join(folder, 'what.txt') }) as unknown).toThrow(
      errors.ImportError,
    );
  });

  it('is found by import when it is registered, and in its package', () => {
    python.module('some_package', { source: 'here = 1', package: true, register: true });
    python.module('some_package.one', { source: 'from . import here', register: true });
    python.module('some_package.two', {
      source: 'from .one import here\nfrom . import one',
      register: true,
    });
    expect(python.run('import some_package.two\nsome_package.two.one.here')).toBe(1);
    expect(() => python.module('no_package.one', { source: '' }) as unknown).toThrow(
      errors.ModuleNotFoundError,
    );
  });

  it('that fails leaves nothing, or what was there before', () => {
    expect(() => python.module('failing', { source: '1/0', register: true }) as unknown).toThrow(
      errors.ZeroDivisionError,
    );
    expect(known('failing')).toBe(false);
    python.module('replaced', { source: 'a = 1', register: true });
    expect(() => python.module('replaced', { source: 'b =', register: true }) as unknown).toThrow(
      errors.SyntaxError,
    );
    expect(python.import<{ a: number }>('replaced').a).toBe(1);
    python.module('replaced', { source: 'a = 2' });
    expect(python.import<{ a: number }>('replaced').a).toBe(1);
    python.module('replaced', { source: 'a = 3', register: true });
    expect(python.import<{ a: number }>('replaced').a).toBe(3);
  });

  it('is made of one thing', () => {
    expect(() => python.module('x', {}) as unknown).toThrow(/one of both/);
    expect(() => python.module('x', { source: '', path: '' }) as unknown).toThrow(/one of both/);
    expect(() => python.module(1 as never, { source: '' }) as unknown).toThrow(/name is a string/);
  });
});

describe('python.globals', () => {
  it('is the namespace of __main__', () => {
    python.run('in_main = 4');
    expect(python.eval('g["in_main"]', { globals: { g: python.globals } })).toBe(4);
  });
});

describe('python.import', () => {
  it('has the type that is asked of it', () => {
    const math = python.import<{ sqrt(x: number): number }>('math');
    expectTypeOf(math.sqrt(4)).toEqualTypeOf<number>();
    expect(math.sqrt(4)).toBe(2);
  });
});
