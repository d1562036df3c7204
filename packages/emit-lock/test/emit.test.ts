import { setTimeout as sleep } from 'node:timers/promises';

import { afterEach, beforeAll, describe, expect, it } from 'vitest';

import {
  acquireCreationLock,
  callObject,
  emitFunction,
  emitStatistics,
  emitType,
  lockCreation,
  mutex,
  type PythonChoice,
  type RawFunction,
  releaseObject,
  reprOf,
  runPython,
  startPython,
} from '../src/index.js';
import { startWorker, testPython, type TestWorker } from './python.js';

let python: PythonChoice;
const workers: TestWorker[] = [];

beforeAll(async () => {
  expect(() => acquireCreationLock()).toThrow(withCode('PYTHON_NOT_STARTED'));
  python = await testPython();
  startPython(python);
});

afterEach(async () => {
  await Promise.all(workers.splice(0).map(({ worker }) => worker.terminate()));
});

function start(body: string): TestWorker {
  const started = startWorker(body, python);
  workers.push(started);
  return started;
}

function withCode(code: string): unknown {
  return expect.objectContaining({ name: 'NogilError', code });
}

/** The repr of what Python code comes to. */
function show(code: string): string {
  const handle = runPython(code);
  const text = reprOf(handle);
  releaseObject(handle);
  return text;
}

/** Makes an object a global of Python's, and releases it. */
function define(name: string, handle: number): void {
  const set = runPython(`lambda value: globals().__setitem__(${JSON.stringify(name)}, value)`);
  for (const each of [callObject(set, handle), set, handle]) releaseObject(each);
}

/** A function that ignores its arguments, which are its own to release. */
function ignoring(result: () => number | undefined): RawFunction {
  return (_names, ...handles) => {
    handles.forEach(releaseObject);
    return result();
  };
}

async function until(code: string): Promise<void> {
  while (show(code) !== 'True') await sleep(1);
}

describe('a function', () => {
  it('gets its arguments and answers', () => {
    define(
      'pair',
      emitFunction(
        (names, first, second, ...rest) => {
          expect(names).toEqual([]);
          expect(rest).toEqual([]);
          const text = `(${reprOf(second)}, ${reprOf(first)})`;
          [first, second].forEach((handle) => {
            releaseObject(handle);
          });
          return runPython(text);
        },
        { name: 'pair' },
      ),
    );
    expect(show('pair([1], "two")')).toBe("('two', [1])");
    define(
      'same',
      emitFunction((_names, only) => only, { name: 'same' }),
    );
    expect(show('(lambda x: same(x) is x)(object())')).toBe('True');
    define(
      'none',
      emitFunction(
        ignoring(() => undefined),
        { name: 'none' },
      ),
    );
    expect(show('none()')).toBe('None');
  });

  it('gets keyword arguments by name', () => {
    const seen: unknown[] = [];
    define(
      'keyed',
      emitFunction(
        (names, ...handles) => {
          seen.push([names, handles.map(reprOf)]);
          handles.forEach(releaseObject);
          return undefined;
        },
        { name: 'keyed', parameters: '*values, **names' },
      ),
    );
    show('keyed(1, zwei=2, **{"a b": 3, "nul\\0": 4})');
    expect(seen).toEqual([
      [
        ['zwei', 'a b', 'nul\0'],
        ['1', '2', '3', '4'],
      ],
    ]);
    show('keyed(*range(40), **{f"k{i}": i for i in range(40)})');
    expect((seen[1] as unknown[][]).map(({ length }) => length)).toEqual([40, 80]);
  });

  it('shows its name and parameters', () => {
    define(
      'signed',
      emitFunction(
        ignoring(() => undefined),
        { name: 'signed', parameters: 'a, b=1, *, c=None' },
      ),
    );
    expect(show('signed.__name__')).toBe("'signed'");
    expect(show('str(__import__("inspect").signature(signed))')).toBe("'(a, b=1, *, c=None)'");
    for (const parameters of ['a b', 'a): pass\ndef g(', 'a=']) {
      expect(() => emitFunction(() => null, { name: 'bad', parameters })).toThrow(
        withCode('PYTHON_RAISED'),
      );
    }
    expect(() => emitFunction(() => null, { name: 'a\0b' })).toThrow(withCode('INVALID_ARGUMENT'));
  });

  it('that throws raises, with its stack', () => {
    define(
      'boom',
      emitFunction(
        () => {
          throw new RangeError('too much 🐍');
        },
        { name: 'boom' },
      ),
    );
    show(`
try: boom()
except RuntimeError as error: caught = error`);
    expect(show('type(caught).__name__, str(caught)')).toBe(
      "('JavaScriptError', 'RangeError: too much 🐍')",
    );
    expect(show('"emit.test" in caught.stack')).toBe('True');
  });

  it('that throws what is no error raises, too', () => {
    const thrown: unknown[] = ['text', null, undefined, 7n, Symbol('s'), Object.create(null)];
    define(
      'odd',
      emitFunction(
        () => {
          throw thrown.shift();
        },
        { name: 'odd' },
      ),
    );
    show(`
caught = []
for _ in range(6):
    try: odd()
    except RuntimeError as error: caught.append((str(error), error.stack))`);
    expect(show('caught[:4]')).toBe(
      "[('text', None), ('null', None), ('undefined', None), ('7', None)]",
    );
    expect(show('len(caught), all("without a text" in text for text, _ in caught[4:])')).toBe(
      '(6, True)',
    );
  });

  it('that answers what is no handle of its own is an error in Python', () => {
    const answers = ['text', -1, 2 ** 52 - 1] as unknown as number[];
    define(
      'wrong',
      emitFunction(() => answers.shift(), { name: 'wrong' }),
    );
    for (const type of ['JavaScriptError', 'JavaScriptError', 'TypeError']) {
      expect(() => show('wrong()')).toThrow(type);
    }
  });

  it('is called from threads of Python, and runs on its own', async () => {
    define(
      'echo',
      emitFunction((_names, only) => only, { name: 'echo' }),
    );
    show(`
import threading
echoed = []
threads = [threading.Thread(target=lambda i=i: echoed.append(echo(i))) for i in range(8)]
for thread in threads: thread.start()`);
    await until('len(echoed) == 8');
    expect(show('sorted(echoed)')).toBe('[0, 1, 2, 3, 4, 5, 6, 7]');
  });

  it('called without end by many threads, leaves the event loop its turns, and can be terminated', async () => {
    const busy = start(
      `let calls = 0;
       nogil.callObject(nogil.runPython('lambda f: globals().__setitem__("busy", f)'),
         nogil.emitFunction(() => {
           calls += 1;
           for (const until = performance.now() + 1; performance.now() < until;);
         }, { name: 'busy' }));
       nogil.runPython(\`
import threading
def call():
    ended = False
    while not ended:
        try: busy()
        except RuntimeError as error: ended = 'has ended' in str(error)
callers = [threading.Thread(target=call) for _ in range(8)]
for thread in callers: thread.start()\`);
       setTimeout(() => port.postMessage(calls), 20);`,
    );
    // Each call takes a millisecond, and the event loop may be up to 8 of them late.
    expect(await busy.next()).toBeLessThan(500);
    await busy.worker.terminate();
    await until('not any(thread.is_alive() for thread in callers)');
  });

  it('calls Python that calls it again, as deep as JavaScript allows', () => {
    let depth = 0;
    let innermost: unknown;
    // Taken out of its module here: at the end of the stack Vite's getters answer undefined instead.
    const run = runPython;
    define(
      'deeper',
      emitFunction(
        () => {
          depth += 1;
          try {
            return run('deeper()');
          } catch (error) {
            innermost ??= error;
            throw error;
          }
        },
        { name: 'deeper' },
      ),
    );
    expect(() => show('deeper()')).toThrow(withCode('PYTHON_RAISED'));
    expect(depth).toBeGreaterThan(50);
    expect(String(innermost)).toMatch(/Maximum call stack|RangeError|RecursionError/);
    expect(show('1 + 1')).toBe('2');
  });

  it('is forgotten once Python has dropped it', async () => {
    const { countFunctions } = await import('@nogil/abi');
    const before = countFunctions();
    define(
      'brief',
      emitFunction(
        ignoring(() => undefined),
        { name: 'brief' },
      ),
    );
    expect(countFunctions()).toBe(before + 1);
    show('import gc; del brief; gc.collect()');
    while (countFunctions() !== before) await sleep(1);
  });

  it('whose thread has ended says so', async () => {
    const owner = start(
      `const f = nogil.emitFunction(() => null, { name: 'orphan' });
       nogil.callObject(nogil.runPython('lambda f: globals().__setitem__("orphan", f)'), f);
       port.postMessage('ready'); setInterval(() => {}, 1000);`,
    );
    expect(await owner.next()).toBe('ready');
    expect(show('orphan()')).toBe('None');
    await owner.worker.terminate();
    expect(() => show('orphan()')).toThrow(/belongs to \(environment \d+\) has ended/);
  });

  it('a worker terminated inside a callback inside Python inside a callback unwinds all of it', async () => {
    const owner = start(
      `const set = (name, f) => nogil.callObject(
         nogil.runPython('lambda f: globals().__setitem__("' + name + '", f)'),
         nogil.emitFunction(f, { name }));
       set('outer', () => nogil.runPython('middle()'));
       set('inner', () => { port.postMessage('deep'); for (;;); });
       nogil.runPython(\`
unwound = []
def middle():
    try: inner()
    except Exception: unwound.append('wrong: caught as an Exception')
    finally: unwound.append('middle')
try: outer()
finally: unwound.append('outer')\`);`,
    );
    expect(await owner.next()).toBe('deep');
    await owner.worker.terminate();
    expect(show('unwound')).toBe("['middle', 'outer']");
  });

  it('two threads that call each other do not wait for ever', async () => {
    define(
      'here',
      emitFunction(
        ignoring(() => runPython('there2()')),
        { name: 'here' },
      ),
    );
    const other = start(
      `const set = (name, f) => nogil.callObject(
         nogil.runPython('lambda f: globals().__setitem__("' + name + '", f)'),
         nogil.emitFunction(f, { name }));
       set('there', () => nogil.runPython('here()'));
       set('there2', () => nogil.runPython('"back again"'));
       port.postMessage('ready'); setInterval(() => {}, 1000);`,
    );
    expect(await other.next()).toBe('ready');
    expect(show('there()')).toBe("'back again'");
  });
});

describe('a type', () => {
  it('has JavaScript methods, bases and attributes', () => {
    const base = runPython('class Animal: legs = 4\nAnimal');
    const sound = runPython("'wuff'");
    define(
      'Dog',
      emitType({
        name: 'Dog',
        bases: [base],
        methods: {
          __init__: ignoring(() => undefined),
          itself: (_names, self) => self,
          bark: { call: ignoring(() => runPython("'WUFF'")), parameters: 'self, loud=False' },
        },
        attributes: { sound },
      }),
    );
    releaseObject(base);
    releaseObject(sound);
    expect(show('dog = Dog(); dog.itself() is dog, dog.bark(), dog.sound, dog.legs')).toBe(
      "(True, 'WUFF', 'wuff', 4)",
    );
    expect(show('Dog.__module__, str(__import__("inspect").signature(dog.bark))')).toBe(
      "('nogil', '(loud=False)')",
    );
  });

  it('has a name that no other type has or had, on any thread', async () => {
    define('A', emitType({ name: 'Cat' }));
    define('C', emitType({ name: 'Cat_2' }));
    expect(show('A')).toBe("<class 'nogil.Cat'>");
    const other = start(
      `const repr = nogil.reprOf(nogil.emitType({ name: 'Cat' })); port.postMessage(repr);`,
    );
    expect(await other.next()).toBe("<class 'nogil.Cat_3'>");
    await other.worker.terminate();
    define('D', emitType({ name: 'Cat' }));
    expect(show('D')).toBe("<class 'nogil.Cat_4'>");
  });

  it('runs its metaclass, whose refusal is an error', () => {
    const meta = runPython(`
class Meta(type):
    def __init__(cls, name, bases, namespace):
        if 'forbidden' in namespace: raise ValueError('forbidden')
        cls.seen = sorted(key for key in namespace if not key.startswith('__'))
Meta`);
    define('Made', emitType({ name: 'Made', metaclass: meta, methods: { run: () => null } }));
    expect(show('type(Made).__name__, Made.seen')).toBe("('Meta', ['run'])");
    expect(() =>
      emitType({ name: 'No', metaclass: meta, methods: { forbidden: () => null } }),
    ).toThrow(/ValueError.*forbidden/);
    releaseObject(meta);
    expect(() => emitType({ name: 'Stale', metaclass: meta })).toThrow(withCode('STALE_HANDLE'));
    expect(() => emitType({ name: 'Stale', bases: [meta] })).toThrow(withCode('STALE_HANDLE'));
    expect(() => emitType({ name: '' })).toThrow(withCode('INVALID_ARGUMENT'));
    // As UTF-8 both would be one attribute, and one of the two values lost.
    const methods = { '\ud800': () => null, '\ud801': () => null };
    expect(() => emitType({ name: 'Lossy', methods })).toThrow(withCode('INVALID_ARGUMENT'));
  });

  it('shares dispatchers with all that have the same signature', () => {
    const methods = { shared: { call: () => null, parameters: 'self, only_here' } };
    const before = emitStatistics().dispatchers;
    for (let i = 0; i < 5; i++) releaseObject(emitType({ name: 'Same', methods }));
    expect(emitStatistics().dispatchers).toBe(before + 1);
  });
});

describe('the creation lock', () => {
  it('is held as often as one likes, and given back by `using`', () => {
    {
      using outer = acquireCreationLock();
      using inner = acquireCreationLock({ timeoutMs: 0 });
      inner.release();
      inner.release();
      expect(emitStatistics().creation.held).toBe(1);
      expect(outer).toBeDefined();
    }
    expect(emitStatistics().creation.held).toBe(0);
    expect(lockCreation(() => emitStatistics().creation.held)).toBe(1);
    expect(() => lockCreation(() => Promise.resolve(1))).toThrow(withCode('INVALID_ARGUMENT'));
    expect(() =>
      lockCreation(() => {
        throw new RangeError('inside');
      }),
    ).toThrow('inside');
    expect(emitStatistics().creation.held).toBe(0);
  });

  it('keeps others out, until its holder ends', async () => {
    const holder = start(`nogil.acquireCreationLock(); port.postMessage('holds');
      setInterval(() => {}, 1000);`);
    expect(await holder.next()).toBe('holds');
    expect(() => acquireCreationLock({ timeoutMs: 5 })).toThrow(withCode('TIMED_OUT'));
    await holder.worker.terminate();
    acquireCreationLock().release();
  });

  it('a worker that waits for it can be terminated', async () => {
    using held = acquireCreationLock();
    const waiter = start(`port.postMessage('waits'); nogil.acquireCreationLock();`);
    expect(await waiter.next()).toBe('waits');
    while (emitStatistics().creation.waiting !== 1) await sleep(1);
    await waiter.worker.terminate();
    expect(emitStatistics().creation.waiting).toBe(0);
    expect(held).toBeDefined();
  });

  it('whoever waits for it serves calls of its holder', async () => {
    const waiter = start(
      `nogil.callObject(nogil.runPython('lambda f: globals().__setitem__("waiter", f)'),
         nogil.emitFunction(() => nogil.runPython('"served"'), { name: 'waiter' }));
       port.once('message', () => {
         nogil.acquireCreationLock().release();
         port.postMessage('done');
       });
       port.postMessage('ready');`,
    );
    expect(await waiter.next()).toBe('ready');
    {
      using held = acquireCreationLock();
      waiter.worker.postMessage('held here'); // not before: it would find the lock free
      while (emitStatistics().creation.waiting !== 1) await sleep(1);
      expect(show('waiter()')).toBe("'served'");
      expect(held).toBeDefined();
    }
    expect(await waiter.next()).toBe('done');
  });

  it('is refused to a function that its holder waits for', async () => {
    const other = start(
      `nogil.callObject(nogil.runPython('lambda f: globals().__setitem__("wants", f)'),
         nogil.emitFunction(() => { nogil.acquireCreationLock(); return null; }, { name: 'wants' }));
       port.postMessage('ready'); setInterval(() => {}, 1000);`,
    );
    expect(await other.next()).toBe('ready');
    using held = acquireCreationLock();
    expect(() => show('wants()')).toThrow(/held by a thread that waits for the function/);
    expect(held).toBeDefined();
  });
});

describe('a mutex', () => {
  it('is refused to a function that its holder waits for', async () => {
    const held = mutex('circle').lockSync();
    const other = start(
      `nogil.callObject(nogil.runPython('lambda f: globals().__setitem__("circular", f)'),
         nogil.emitFunction(() => { nogil.mutex('circle').lockSync(); return null; }, { name: 'circular' }));
       port.postMessage('ready'); setInterval(() => {}, 1000);`,
    );
    expect(await other.next()).toBe('ready');
    expect(() => show('circular()')).toThrow(/held by one that waits for the function/);
    held.release();
    expect(show('circular()')).toBe('None');
  });
});
