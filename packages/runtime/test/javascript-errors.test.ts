import { once } from 'node:events';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';

import { describe, expect, it } from 'vitest';

import { environment } from '../src/environment.js';
import { python, PythonError, type PyProxy } from '../src/index.js';

const { errors } = python;
type Call = (...values: unknown[]) => unknown;

const call = python.eval('lambda f, *values: f(*values)') as Call;
/** What Python sees of what is thrown: [class, name, message, is the stack there]. */
const seen = python.run(`
def seen(f):
    try:
        f()
    except Exception as error:
        stack = error.stack
        return "|".join([type(error).__name__, str(error.name), str(error.message), str(stack is not None)])
seen`) as Call;

function thrower(value: unknown): () => never {
  return () => {
    throw value;
  };
}

function thrownBy(work: () => unknown): unknown {
  try {
    work();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}

const revoked = Proxy.revocable({}, {});
revoked.revoke();

describe('what JavaScript throws through Python', () => {
  // Not it.each(), which would look at the values to name the tests.
  const values: readonly (readonly [string, unknown])[] = [
    ['an Error', new TypeError('no')],
    ['a frozen Error', Object.freeze(new Error('cold'))],
    ['a plain object', { code: 1 }],
    ['a function', () => 1],
    ['undefined', undefined],
    ['null', null],
    ['a symbol', Symbol('s')],
    ['NaN', NaN],
    ['a bigint', 10n ** 30n],
    ['a string', 'text'],
    ['a revoked proxy', revoked.proxy],
    [
      'a proxy whose traps throw',
      new Proxy(
        {},
        {
          get() {
            throw new Error('trap');
          },
          getPrototypeOf() {
            throw new Error('trap');
          },
        },
      ),
    ],
    [
      'an Error whose getters throw',
      Object.defineProperties(new Error('x'), {
        stack: {
          get() {
            throw new Error('getter');
          },
        },
        name: {
          get() {
            throw new Error('getter');
          },
        },
      }),
    ],
    ['an object without a prototype', Object.create(null)],
  ];
  for (const [name, value] of values) {
    it(`comes out as it was: ${name}`, () => {
      expect(
        Object.is(
          thrownBy(() => call(thrower(value))),
          value,
        ),
      ).toBe(true);
      const twice = thrownBy(() => call(() => call(thrower(value))));
      expect(Object.is(twice, value)).toBe(true);
    });
  }

  it('is an exception with name, message and stack in Python', () => {
    expect(seen(thrower(new RangeError('far')))).toBe('JsException|RangeError|far|True');
    expect(seen(thrower('text'))).toBe('JsException|thrown|text|False');
    expect(seen(thrower(Symbol('s')))).toBe('JsException|thrown|Symbol(s)|False');
    expect(seen(thrower(Object.create(null)))).toContain('has no text');
  });

  it('has the thrown value, which Python may use', () => {
    const value = python.run(`
def value(f):
    try:
        f()
    except Exception as error:
        return error.value
value`) as Call;
    const error = new Error('e');
    const object = { a: 1 };
    expect(value(thrower('text'))).toBe('text');
    expect(value(thrower(undefined))).toBeNull();
    expect(value(thrower(object))).toBe(object);
    expect(value(thrower(error))).toBe(error);
  });

  it('is the same exception each time it goes through Python', () => {
    const log = python.run(`
log = []
def noting(f):
    try:
        return f()
    except Exception as error:
        log.append(error)
        raise
noting`) as Call;
    const error = new Error('once');
    const out = thrownBy(() => log(() => log(thrower(error))));
    expect(out).toBe(error);
    expect(python.eval('len(log) == 2 and log[0] is log[1]')).toBe(true);
    python.run('log.clear()');
  });

  it('is the cause of what Python raises from it', () => {
    const wrap = python.run(`
def wrap(f):
    try:
        f()
    except Exception as error:
        raise ValueError("wrapped") from error
wrap`) as Call;
    const error = new Error('inner');
    const out = thrownBy(() => wrap(thrower(error)));
    expect(out).toBeInstanceOf(errors.ValueError);
    expect((out as Error).cause).toBe(error);
    const text = thrownBy(() => wrap(thrower('text')));
    expect((text as Error).cause).toBe('text');
  });

  it('shows its stack where Python shows the exception', () => {
    const show = python.run(`
import traceback
def show(f):
    try:
        f()
    except Exception:
        return traceback.format_exc()
show`) as Call;
    function deepInside(): never {
      throw new TypeError('no');
    }
    const text = show(deepInside) as string;
    expect(text).toContain('TypeError: no');
    if (python.eval('hasattr(BaseException, "add_note")') === true) {
      expect(text).toContain('at deepInside');
    }
  });

  it('shows its stack of a worker that has ended, where a thread of Python’s called it', async () => {
    python.run(`
import threading, traceback
def called_by_a_thread(f):
    def body():
        global caught_by_a_thread
        try:
            f()
        except Exception as error:
            caught_by_a_thread = error
    threading.Thread(target=body).start()
`);
    const worker = new Worker(
      `const { python } = require(${JSON.stringify(join(import.meta.dirname, '../dist/index.cjs'))});
       function deepInside() { throw new TypeError('no'); }
       python.eval('called_by_a_thread')(deepInside);
       const waits = setInterval(() => {
         if (python.eval('"caught_by_a_thread" in globals()')) clearInterval(waits);
       }, 5);`,
      { eval: true },
    );
    await once(worker, 'exit');
    const text = python.eval('"".join(traceback.format_exception(caught_by_a_thread))') as string;
    expect(text).toContain('TypeError: no');
    if (python.eval('hasattr(BaseException, "add_note")') === true) {
      expect(text).toContain('at deepInside');
    }
  });

  it('can be noted, copied and pickled as text', () => {
    const work = python.run(`
import pickle, copy
def work(f):
    try:
        f()
    except Exception as error:
        if hasattr(error, "add_note"):
            error.add_note("mine")
            assert error.__notes__[-1] == "mine"
        again = pickle.loads(pickle.dumps(error))
        return f"{type(again).__name__} {again}"
work`) as Call;
    expect(work(thrower(new TypeError('no')))).toBe('RuntimeError JsException: TypeError: no');
  });
});

describe('a Python exception thrown on by JavaScript', () => {
  it('is the same exception in Python, and the same error in JavaScript', () => {
    const same = python.run(`
kept = KeyError("kept")
def raising(): raise kept
def same(f):
    try:
        f()
    except Exception as error:
        assert error is kept, error
        raise
same`) as Call;
    const raising = python.eval('raising') as Call;
    let inner: unknown;
    const outer = thrownBy(() =>
      same(() => {
        try {
          raising();
        } catch (error) {
          inner = error;
          throw error;
        }
      }),
    );
    expect(outer).toBe(inner);
    expect(outer).toBeInstanceOf(errors.KeyError);
    expect((outer as PythonError).traceback).toMatch(/in same[^]*in raising/);
  });

  it('has the frames of both languages in its stack, as they were called', () => {
    const outerPython = python.run('def outer_python(f): return f()\nouter_python') as Call;
    const innerPython = python.run('def inner_python(): 1/0\ninner_python') as Call;
    function innerJavaScript(): unknown {
      return innerPython();
    }
    function outerJavaScript(): unknown {
      return outerPython(innerJavaScript);
    }
    const error = thrownBy(outerJavaScript) as Error;
    const places = (error.stack ?? '')
      .split('\n')
      .map((line) => /at (?:\w+\.)?(\w+) \(/.exec(line)?.[1])
      .filter((name) => /(inner|outer)_?(python|javascript)/i.test(name ?? ''));
    expect(places).toEqual(['inner_python', 'innerJavaScript', 'outer_python', 'outerJavaScript']);
    expect(error.stack).not.toContain('src/frame/');
  });

  it('may be new', () => {
    const caught = python.run(`
def caught(f):
    try:
        f()
    except KeyError as error:
        return error.args[0]
caught`) as Call;
    expect(
      caught(() => {
        throw new errors.KeyError('mine');
      }),
    ).toBe('mine');
    class Mine extends errors.ValueError {}
    const mine = new Mine('m');
    expect(thrownBy(() => call(thrower(mine)))).toBe(mine);
  });

  it('may be the proxy of an exception', () => {
    const proxy = python.eval('LookupError("p")') as PyProxy;
    const error = thrownBy(() => call(thrower(proxy)));
    expect(error).toBeInstanceOf(errors.LookupError);
    const list = python.eval('[1]') as PyProxy;
    expect(thrownBy(() => call(thrower(list)))).toBe(list);
  });

  it.each(['SystemExit(4)', 'KeyboardInterrupt()'])('ends nothing: %s', (expression) => {
    const raise = python.run(`def r():\n  raise ${expression}\nr`) as Call;
    expect(thrownBy(() => call(() => raise()))).toBeInstanceOf(errors.BaseException);
  });
});

describe('an Error that is passed as a value', () => {
  it('is an exception in Python and the same Error when it comes back', () => {
    const error = new TypeError('value');
    const check = python.eval('lambda e: [isinstance(e, Exception), e.name, str(e), e]') as Call;
    const [isException, name, text, back] = check(error) as unknown[];
    expect([isException, name, text]).toEqual([true, 'TypeError', 'TypeError: value']);
    expect(back).toBe(error);
    const same = python.eval('lambda a, b: a is b[0]') as Call;
    expect(same(error, [error])).toBe(true);
  });

  it('can be raised by Python', () => {
    const raise = python.run('def raise_it(e): raise e\nraise_it') as Call;
    const error = new Error('raise me');
    expect(thrownBy(() => raise(error))).toBe(error);
  });
});

describe('the end of the stack', () => {
  it('of JavaScript is an error on both sides, and life goes on', () => {
    const endless = (): unknown => endless();
    expect(thrownBy(() => call(endless))).toBeInstanceOf(RangeError);
    expect(seen(endless)).toContain('RangeError');
    const both = (): unknown => call(both);
    expect(thrownBy(both)).toBeInstanceOf(Error);
    expect(call(() => 1)).toBe(1);
  });
});

describe('exceptions leave nothing behind', () => {
  const liveHandles = (): number => environment().core.listHandles().length;
  const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

  it('neither handles nor JavaScript objects', async () => {
    const round = (): void => {
      thrownBy(() => call(thrower(new Error('e'))));
      thrownBy(() => call(thrower('text')));
      thrownBy(() => call(() => call(thrower(Symbol('s')))));
    };
    round();
    python.run('import gc; gc.collect()');
    await turn();
    await turn();
    const before = liveHandles();
    const objects = environment().objects?.size ?? 0;
    for (let i = 0; i < 200; i++) round();
    python.run('gc.collect()');
    for (let i = 0; i < 10; i++) await turn(); // what Python dropped is told from the event loop
    expect(liveHandles()).toBeLessThanOrEqual(before + 2);
    expect(environment().objects?.size).toBeLessThanOrEqual(objects + 2);
  });

  it('nor frames: as many as there are may fail in a row', () => {
    for (let i = 0; i < 3000; i++) thrownBy(() => python.eval('1/0') as unknown);
    expect(python.eval('1 + 1')).toBe(2);
  });
});
