import { setImmediate as turn } from 'node:timers/promises';

import { afterEach, describe, expect, it } from 'vitest';

import { python, PythonError, type UnraisableEvent } from '../src/index.js';

python.run(`
import sys, threading, gc
class Fails:
    def __init__(self, text): self.text = text
    def __del__(self): raise ValueError(self.text)
printed = []
def fail(text):
    Fails(text)
def in_threads(count, text):
    threads = [threading.Thread(target=fail_thread, args=(text + str(i),), name="t%d" % i) for i in range(count)]
    for t in threads: t.start()
    for t in threads: t.join()
def fail_thread(text): raise KeyError(text)
def exits(): raise SystemExit(3)
def run_exit():
    t = threading.Thread(target=exits); t.start(); t.join()
first_hooks = sys.unraisablehook, threading.excepthook
def hooks_are_back(): return (sys.unraisablehook, threading.excepthook) == first_hooks
`);
const fail = python.eval('fail') as (text: string) => void;
const inThreads = python.eval('in_threads') as (count: number, text: string) => void;
const hooksAreBack = python.eval('hooks_are_back') as () => boolean;

const disposers: (() => void)[] = [];
function listen(): UnraisableEvent[] {
  const events: UnraisableEvent[] = [];
  disposers.push(
    python.on('unraisable', (event) => {
      events.push(event);
    }),
  );
  return events;
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await turn();
}

afterEach(() => {
  for (const dispose of disposers.splice(0)) dispose();
});

describe('errors that nobody can catch', () => {
  it('in __del__ arrive as events, from the event loop and in order', async () => {
    const events = listen();
    fail('one');
    fail('two');
    fail('three');
    expect(events).toEqual([]);
    await until(() => events.length === 3);
    expect(events.map(({ error }) => (error as PythonError).message)).toEqual([
      'one',
      'two',
      'three',
    ]);
    const [event] = events;
    expect(event?.error).toBeInstanceOf(python.errors.ValueError);
    expect(event?.source).toBe('unraisable');
    expect(event?.message).toContain('Exception ignored');
    // Python 3.14 names the function in the message.
    expect(`${event?.message} ${event?.object}`).toContain('Fails.__del__');
    expect(event?.dropped).toBe(0);
    expect((event?.error as PythonError).traceback).toContain('in __del__');
  });

  it('in weakref callbacks and in generators at their collection arrive, too', async () => {
    const events = listen();
    python.run(`
import weakref
def callback(_): raise OSError("weak")
target = Fails.__new__(type("Plain", (), {})) if False else type("Plain", (), {})()
reference = weakref.ref(target, callback)
del target
def generator():
    try:
        yield 1
    finally:
        raise OSError("closing")
g = generator(); next(g); del g; gc.collect()
`);
    await until(() => events.length >= 2);
    expect(events.map(({ error }) => (error as PythonError).message)).toEqual(['weak', 'closing']);
  });

  it('of threads arrive with the name of the thread, and SystemExit does not', async () => {
    const events = listen();
    (python.eval('run_exit') as () => void)();
    inThreads(5, 'k');
    await until(() => events.length === 5);
    expect(new Set(events.map(({ thread }) => thread))).toEqual(
      new Set(['t0', 't1', 't2', 't3', 't4']),
    );
    for (const { error, source } of events) {
      expect(error).toBeInstanceOf(python.errors.KeyError);
      expect(source).toBe('thread');
    }
  });

  it('reach every listener, also one that was added twice', async () => {
    const seen: number[] = [];
    const twice = (): void => {
      seen.push(2);
    };
    disposers.push(python.on('unraisable', twice), python.on('unraisable', twice));
    fail('x');
    await until(() => seen.length === 2);
    expect(python.off('unraisable', twice)).toBe(true);
    fail('y');
    await until(() => seen.length === 3);
    expect(python.off('unraisable', twice)).toBe(true);
    expect(python.off('unraisable', twice)).toBe(false);
  });

  it('are Python’s again when the last listener has gone', () => {
    expect(hooksAreBack()).toBe(true);
    const dispose = python.on('unraisable', () => undefined);
    expect(hooksAreBack()).toBe(false);
    dispose();
    dispose();
    expect(hooksAreBack()).toBe(true);
  });

  it('that were not fetched are printed when the last listener goes', () => {
    const written = python.run(`
import io
kept, sys.stderr = sys.stderr, io.StringIO()
sys.stderr`) as { getvalue(): string };
    const dispose = python.on('unraisable', () => undefined);
    fail('left behind');
    dispose();
    const text = written.getvalue();
    python.run('sys.stderr = kept');
    expect(text).toContain('ValueError: left behind');
  });

  it('are bounded, and what was dropped is counted', async () => {
    const events = listen();
    for (let i = 0; i < 1500; i++) fail(String(i));
    await until(() => events.length === 1000);
    fail('after');
    await until(() => events.length === 1001);
    expect(events[1000]?.dropped).toBe(500);
    expect((events[999]?.error as PythonError).message).toBe('999');
  });

  it('whose repr() raises are events all the same', async () => {
    const events = listen();
    python.run(`
class Liar:
    def __call__(self, *_): raise OSError("called")
    def __repr__(self): raise RuntimeError("no repr")
import weakref
target = type("Plain", (), {})()
reference = weakref.ref(target, Liar())
del target`);
    await until(() => events.length === 1);
    expect((events[0]?.error as PythonError).message).toBe('called');
    // Python 3.14 gives up the name itself, where it would have to ask for it.
    expect(['', '<Liar, whose repr() raised RuntimeError>']).toContain(events[0]?.object);
  });

  it('pass a hook of the user’s that was put on top, which may pass them on', async () => {
    const events = listen();
    python.run(`
mine = []
below = sys.unraisablehook
def on_top(args):
    mine.append(str(args.exc_value)); below(args)
sys.unraisablehook = on_top`);
    fail('seen twice');
    await until(() => events.length === 1);
    expect(python.eval('mine == ["seen twice"]')).toBe(true);
    // And a listener that comes while theirs is there goes above it, without going in circles.
    for (const dispose of disposers.splice(0)) dispose();
    const again = listen();
    fail('again');
    await until(() => again.length === 1);
    for (const dispose of disposers.splice(0)) dispose();
    python.run('sys.unraisablehook = first_hooks[0]');
    expect(hooksAreBack()).toBe(true);
  });

  it('need a known event and a function', () => {
    expect(() => python.on('other' as 'unraisable', () => undefined)).toThrow(/no event other/u);
    expect(() => python.on('unraisable', 1 as unknown as () => void)).toThrow(/a listener is/u);
  });
});
