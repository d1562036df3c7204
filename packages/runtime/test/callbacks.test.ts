import { describe, expect, it } from 'vitest';

import { environment } from '../src/environment.js';
import { python, type PyProxy, PythonError } from '../src/index.js';

const call = python.eval('lambda f, *values, **named: f(*values, **named)') as (
  ...values: unknown[]
) => unknown;

describe('a JavaScript function', () => {
  it('is called by Python with values and answers with one', () => {
    expect(call((a: number, b: number) => a + b, 1, 2)).toBe(3);
    expect(call((a: string) => `${a}!`, 'é😀\0')).toBe('é😀\0!');
    expect(call(() => undefined)).toBeNull();
    expect(call(() => 2n ** 100n)).toBe(2n ** 100n);
    expect(call(() => 'x'.repeat(3_000_000))).toHaveLength(3_000_000);
  });

  it('gets what Python named as one object behind the rest', () => {
    const named = python.eval('lambda f: f(1, b=2, __proto__=3)') as (f: unknown) => unknown;
    expect(named((a: number, rest: object) => JSON.stringify([a, Object.entries(rest)]))).toBe(
      '[1,[["b",2],["__proto__",3]]]',
    );
  });

  it('is the same object in Python each time, and comes back as itself', () => {
    const same = python.eval('lambda a, b: a is b') as (a: unknown, b: unknown) => boolean;
    const f = (): number => 1;
    expect(same(f, f)).toBe(true);
    expect(same(f, () => 1)).toBe(false);
    expect(call((x: unknown) => x, f)).toBe(f);
  });

  it('may answer with containers, which Python then owns', () => {
    const size = python.eval('lambda f: len(f()["a"])') as (f: unknown) => number;
    expect(size(() => ({ a: [1, [2], { b: 3 }] }))).toBe(3);
  });

  it('that throws raises, and Python may go on', () => {
    const caught = python.run(`
def caught(f):
    try:
        f()
    except Exception as error:
        return str(error)
caught`) as (f: unknown) => string;
    expect(
      caught(() => {
        throw new TypeError('no');
      }),
    ).toContain('no');
  });

  it('and Python call each other without end: an error on both sides, and life goes on', () => {
    const endless = (): unknown => call(endless);
    expect(() => endless()).toThrow();
    expect(call(() => 1)).toBe(1);
  });
});

describe('what Python knows of JavaScript', () => {
  const known = (): number => environment().objects?.size ?? 0;
  /** Python tells of what it dropped through the event loop. */
  const turns = async (): Promise<void> => {
    for (let i = 0; i < 50; i++) await new Promise((resolve) => setImmediate(resolve));
  };

  it('is forgotten when Python has dropped it', async () => {
    call(() => 1);
    python.run('import gc; gc.collect()');
    await turns();
    const before = known();
    const list = python.eval('lambda *values: list(values)') as (...values: unknown[]) => PyProxy;
    const kept = list(() => 1);
    expect(known()).toBe(before + 1);
    kept.destroy();
    await turns();
    expect(known()).toBe(before);
  });

  it('is forgotten when it did not get across', () => {
    const before = known();
    const stale = python.eval('object()') as PyProxy;
    stale.destroy();
    expect(() => call(() => 1, stale)).toThrow(/destroy/);
    expect(known()).toBe(before);
    expect(() => call(0, () => 1)).toThrow(PythonError);
  });

  it('is kept apart while it comes and goes', async () => {
    const store = python.eval('{}') as PyProxy;
    const put = python.eval('lambda store, key, value: store.__setitem__(key, value)') as (
      ...values: unknown[]
    ) => void;
    const ask = python.eval('lambda store, key: store[key]()') as (...values: unknown[]) => unknown;
    for (let i = 0; i < 2000; i++) {
      const key = (i * 7919) % 64;
      put(store, key, () => i);
      expect(ask(store, key)).toBe(i);
      if (i % 50 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
  });
});
