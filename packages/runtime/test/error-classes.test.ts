import { inspect } from 'node:util';

import { describe, expect, it } from 'vitest';

import { kw, python, PythonError, PythonErrorGroup, type PyProxy } from '../src/index.js';

const { errors } = python;
const hasGroups = errors.ExceptionGroup !== undefined;

function raised(source: string): PythonError {
  try {
    python.run(source);
  } catch (error) {
    if (error instanceof PythonError) return error;
    throw error;
  }
  throw new Error(`nothing was raised by ${source}`);
}

describe('the classes of exceptions', () => {
  it('are caught as in Python, by base classes too', () => {
    const error = raised('{}["k"]');
    expect(error).toBeInstanceOf(errors.KeyError);
    expect(error).toBeInstanceOf(errors.LookupError);
    expect(error).toBeInstanceOf(errors.Exception);
    expect(error).toBeInstanceOf(errors.BaseException);
    expect(error).toBeInstanceOf(Error);
    expect(error).not.toBeInstanceOf(errors.IndexError);
    expect(error.constructor.name).toBe('KeyError');
    expect(error.constructor).toBe(errors.KeyError);
    expect(Object.getPrototypeOf(errors.KeyError)).toBe(errors.LookupError);
    expect(String(error)).toBe("KeyError: 'k'");
  });

  it('know every base of a class that has several', () => {
    const error = raised(
      'class Both(KeyError, ConnectionError): pass\nclass More(Both): pass\nraise More(1)',
    );
    for (const each of [errors.KeyError, errors.ConnectionError, errors.OSError]) {
      expect(error).toBeInstanceOf(each);
    }
    expect(error).not.toBeInstanceOf(errors.IndexError);
    expect(raised('raise KeyError')).not.toBeInstanceOf(error.constructor as never);
  });

  it('are had of any exception type, one for each', () => {
    const json = python.import('json');
    const JSONDecodeError = errors.of(json.JSONDecodeError as PyProxy);
    expect(errors.of(json.JSONDecodeError as PyProxy)).toBe(JSONDecodeError);
    expect(JSONDecodeError.name).toBe('JSONDecodeError');
    expect(raised('import json; json.loads("{")')).toBeInstanceOf(JSONDecodeError);
    expect(JSONDecodeError.prototype).toBeInstanceOf(errors.ValueError);
    expect(errors.of(python.eval('KeyError') as PyProxy)).toBe(errors.KeyError);
    expect(() => errors.of(python.eval('int') as PyProxy)).toThrow(errors.TypeError);
    expect(() => errors.of(3 as never)).toThrow(errors.TypeError);
  });

  it('of types that are gone make room for others at the same address', () => {
    for (let i = 0; i < 300; i++) {
      const error = raised(`raise type("Name${i}", (ValueError,), {})("m")`);
      expect(error.name).toBe(`Name${i}`);
      expect(error).toBeInstanceOf(errors.ValueError);
    }
  });

  it('are listed, and there is none for what is no builtin exception', () => {
    expect(Object.keys(errors)).toContain('ZeroDivisionError');
    expect('KeyError' in errors).toBe(true);
    expect('int' in errors).toBe(false);
    expect((errors as unknown as Record<string, unknown>).NoSuchError).toBeUndefined();
    expect(errors.IOError).toBe(errors.OSError);
  });

  it('make exceptions of Python', () => {
    const error = new errors.KeyError('missing');
    expect(error).toBeInstanceOf(errors.LookupError);
    expect(error.type).toBe('KeyError');
    expect(error.message).toBe("'missing'");
    expect(error.stack).toMatch(/^KeyError: 'missing'\n {4}at .*error-classes\.test/);
    expect(python.eval('lambda e: (type(e) is KeyError) and e.args == ("missing",)')(error)).toBe(
      true,
    );
    expect(new errors.ImportError('x', kw({ name: 'some' })).value.name).toBe('some');
    expect(() => new errors.UnicodeDecodeError('x')).toThrow(errors.TypeError);
    expect(() => new PythonError('x')).toThrow(/stands for no Python type/);
  });

  it('can be derived from in JavaScript, which narrows what is caught', () => {
    class Mine extends errors.ValueError {
      readonly extra = 1;
    }
    const mine = new Mine('text');
    expect(mine).toBeInstanceOf(errors.ValueError);
    expect(mine).toBeInstanceOf(Mine);
    expect(mine.message).toBe('text');
    expect(raised('raise ValueError')).not.toBeInstanceOf(Mine);
  });

  it('tell what they are caught for', () => {
    const exit = raised('raise SystemExit(3)');
    expect(exit instanceof errors.SystemExit && exit.code).toBe(3);
    const missing = raised('open("/no/such/file")');
    expect(missing).toBeInstanceOf(errors.FileNotFoundError);
    expect(missing instanceof errors.OSError && missing.errno).toBe(2);
    const syntax = raised('def f(:\n  pass');
    expect(syntax instanceof errors.SyntaxError && syntax.lineno).toBe(1);
  });
});

describe('what an error tells when it is read', () => {
  it('is the exception, always the same proxy', () => {
    const error = raised('kept = ValueError("v")\nraise kept');
    expect(error.value).toBe(error.value);
    expect(python.eval('lambda v: v is kept')(error.value)).toBe(true);
    error.value.destroy();
    expect(error.value.args).toBeDefined();
  });

  it('is its cause, as Error.cause', () => {
    const error = raised(
      'try:\n  try: {}["k"]\n  except KeyError as k: raise ValueError("v") from k\nexcept ValueError: 1/0',
    );
    expect(error).toBeInstanceOf(errors.ZeroDivisionError);
    const context = error.cause as Error;
    expect(context).toBeInstanceOf(errors.ValueError);
    expect(context.cause).toBeInstanceOf(errors.KeyError);
    expect(error.cause).toBe(context);
    expect('cause' in (context.cause as Error)).toBe(false);
    expect(inspect(error)).toMatch(/\[cause\]: ValueError: v/);
  });

  it('is no context that was suppressed', () => {
    const error = raised('try: {}["k"]\nexcept KeyError: raise ValueError("v") from None');
    expect('cause' in error).toBe(false);
    expect(inspect(error)).not.toContain('cause');
  });

  it('is a chain of causes that ends where it closes', () => {
    const error = raised(
      'a = ValueError("a"); b = KeyError("b")\na.__cause__ = b\nb.__cause__ = a\nraise a',
    );
    const cause = error.cause as Error;
    expect(cause).toBeInstanceOf(errors.KeyError);
    expect(cause.cause).toBeUndefined();
    expect('cause' in cause).toBe(false);
  });

  it('is up to date', () => {
    const error = raised('kept = ValueError("first")\nraise kept');
    expect(error.traceback).not.toContain('KeyError');
    python.run('kept.__cause__ = KeyError("later")');
    expect(error.traceback).toContain("KeyError: 'later'");
  });

  it.runIf(hasGroups)('are its notes', () => {
    const error = raised('e = ValueError("v"); e.add_note("look here"); raise e');
    expect(error.traceback).toContain('look here');
    expect(error.stack).toMatch(/^ValueError: v\nlook here\n {4}at /);
    expect(error.message).toBe('v');
  });

  it.runIf(hasGroups)('are the errors of a group', () => {
    const error = raised(
      'raise ExceptionGroup("two", [KeyError("k"), ExceptionGroup("in", [OSError(5, "x")])])',
    );
    expect(error).toBeInstanceOf(PythonErrorGroup);
    expect(error).toBeInstanceOf(errors.ExceptionGroup as never);
    expect(error).toBeInstanceOf(errors.BaseException);
    expect(error).toBeInstanceOf(errors.Exception);
    if (!(error instanceof PythonErrorGroup)) throw error;
    const [first, second] = error.errors as [PythonError, PythonErrorGroup];
    expect(first).toBeInstanceOf(errors.KeyError);
    expect(second.errors[0]).toBeInstanceOf(errors.OSError);
    expect(error.errors).toBe(error.errors);
    expect(error.traceback).toContain('KeyError');
  });

  it('asks an exception for its text only when it is read, if that runs Python', () => {
    python.run(
      'asked = []\nclass Asked(Exception):\n  def __str__(self): asked.append(1); return "text"',
    );
    const error = raised('raise Asked()');
    expect(python.eval('len(asked)')).toBe(0);
    expect(error.message).toBe('text');
    expect(python.eval('len(asked)')).toBe(1);
    const plain = raised('raise ValueError("plain")');
    expect(Object.getOwnPropertyDescriptor(plain, 'message')?.value).toBe('plain');
    expect(structuredClone(plain).message).toBe('plain');
    expect(raised('raise ValueError(type("T", (), {"__str__": lambda s: "slow"})())').message).toBe(
      'slow',
    );
  });

  it('can be replaced, as of any error', () => {
    const error = raised('class E(Exception):\n  def __str__(self): return "x"\nraise E()');
    error.message = 'mine';
    error.stack = 'stack';
    error.cause = 1;
    expect([error.message, error.stack, error.cause]).toEqual(['mine', 'stack', 1]);
  });

  it('is let go at the end of a using block', () => {
    let kept: PythonError;
    {
      using error = raised('class Held: pass\nheld = Held()\nraise ValueError(held)');
      kept = error;
      expect(kept.traceback).toContain('ValueError');
    }
    expect(kept.traceback).toContain('ValueError'); // as it was
    expect(() => kept.value as unknown).toThrow(
      expect.objectContaining({ code: 'STALE_HANDLE' }) as Error,
    );
    expect(() => python.repr(kept)).toThrow(
      expect.objectContaining({ code: 'STALE_HANDLE' }) as Error,
    );
  });

  it('of very deep recursion is shortened', () => {
    const error = raised('def f(n): f(n + 1)\nf(0)');
    expect(error).toBeInstanceOf(errors.RecursionError);
    expect(error.stack).toMatch(/\.\.\. \d+ more/);
  });

  it('of an exception that lies about its args and cause is still told', () => {
    const error = raised(
      'class E(Exception):\n  args = property(lambda s: 1/0)\n  __suppress_context__ = property(lambda s: 1/0)\n' +
        'try: {}[1]\nexcept KeyError: raise E("x")',
    );
    expect(error.name).toBe('E');
    expect(error.cause).toBeInstanceOf(errors.KeyError);
    expect(error.stack).toContain('at <module>');
  });
});
