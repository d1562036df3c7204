import { loadCore } from '@nogil/abi';
import { describe, expect, it } from 'vitest';

import { python, type PyProxy } from '../src/index.js';

const live = (): number => loadCore().statistics().handlesLive;
const make = python.eval('object') as () => PyProxy;
const identity = python.eval('lambda x: x') as (x: unknown) => unknown;

function outOf<Value>(fill: (take: (value: Value) => void) => void): Value {
  let taken: Value | undefined;
  fill((value) => {
    taken = value;
  });
  return taken as Value;
}

describe('python.scope', () => {
  it('releases every proxy made inside, and says so to whoever uses one afterwards', () => {
    const before = live();
    const escaped = outOf<PyProxy>((take) => {
      python.scope(() => {
        take(make());
        for (let i = 0; i < 1000; i++) make();
        expect(live()).toBeGreaterThanOrEqual(before + 1001);
      });
    });
    expect(live()).toBe(before);
    expect(() => python.repr(escaped)).toThrow(/released at the end of python\.scope/u);
  });

  it('holds nothing between rounds of a loop in which the event loop never turns', () => {
    const before = live();
    let most = 0;
    for (let round = 0; round < 200; round++) {
      python.scope(() => {
        for (let i = 0; i < 500; i++) make();
      });
      most = Math.max(most, live());
    }
    expect(most).toBe(before);
  });

  it('leaves what its function returns: a proxy, and those in an array or an object', () => {
    const one = python.scope(() => {
      make();
      return make();
    });
    expect(python.repr(one)).toContain('object');
    const several = python.scope(() => ({ a: make(), b: make(), rest: [make()] }));
    expect(python.repr(several.a)).toContain('object');
    expect(python.repr(several.b)).toContain('object');
    expect(() => python.repr(several.rest[0])).toThrow(/python\.scope/u);
    for (const proxy of python.scope(() => [make(), make()])) {
      expect(python.repr(proxy)).toContain('object');
    }
  });

  it('leaves what was kept, for the scope around where there is one', () => {
    let inner: PyProxy | undefined;
    const outer = python.scope((around) => {
      inner = python.scope((scope) => {
        scope.keep(around.keep(make()));
        return make();
      });
      expect(python.repr(inner)).toContain('object');
      return around.keep(make());
    });
    expect(python.repr(outer)).toContain('object');
    expect(() => python.repr(inner)).toThrow(/python\.scope/u);
  });

  it('does not release a proxy that was there before, however often it crosses', () => {
    const before = python.eval('[1]') as PyProxy;
    python.scope(() => {
      expect(identity(before)).toBe(before);
    });
    expect(python.repr(before)).toBe('[1]');
  });

  it('releases a copy made inside, and not its original', () => {
    const original = python.eval('[2]') as PyProxy;
    const copy = outOf<PyProxy>((take) => {
      python.scope(() => {
        take(original.copy());
      });
    });
    expect(() => python.repr(copy)).toThrow(/python\.scope/u);
    expect(python.repr(original)).toBe('[2]');
  });

  it('releases when its function throws, and throws that on', () => {
    const before = live();
    const failure = new Error('mine');
    expect(() =>
      python.scope(() => {
        make();
        throw failure;
      }),
    ).toThrow(failure);
    expect(live()).toBe(before);
    // The next proxy belongs to no scope.
    const after = make();
    python.scope(() => 1);
    expect(python.repr(after)).toContain('object');
  });

  it('leaves errors of Python usable', () => {
    const error = outOf<{ value: PyProxy; traceback: string }>((take) => {
      try {
        python.scope(() => python.run('{}["missing"]'));
      } catch (caught) {
        take(caught as { value: PyProxy; traceback: string });
      }
    });
    expect(error.traceback).toContain("KeyError: 'missing'");
    expect(python.repr(error.value)).toBe("KeyError('missing')");
  });

  it('releases buffers: Python may resize the memory again', () => {
    const bytes = python.eval('bytearray(8)') as PyProxy & { extend(more: unknown): void };
    const buffer = python.scope(() => ({ kept: [bytes.getBuffer()] })).kept[0];
    expect(() => buffer?.data).toThrow(/python\.scope/u);
    bytes.extend(python.bytes(new Uint8Array(8)));
    expect(python.len(bytes)).toBe(16);
    const returned = python.scope(() => bytes.getBuffer());
    expect(returned.data.byteLength).toBe(16);
    returned.release();
  });

  it('refuses what would go on after its end, before it begins', () => {
    let ran = false;
    expect(() =>
      // eslint-disable-next-line @typescript-eslint/require-await -- that it is async is the point
      python.scope(async () => {
        ran = true;
      }),
    ).toThrow(/synchronous/u);
    expect(() =>
      python.scope(function* () {
        ran = true;
        yield 1;
      }),
    ).toThrow(/synchronous/u);
    expect(ran).toBe(false);
    const before = live();
    expect(() =>
      python.scope(() => {
        make();
        return Promise.resolve(1);
      }),
    ).toThrow(/returned a promise/u);
    expect(live()).toBe(before);
    expect(() => {
      python.scope(1 as unknown as () => void);
    }).toThrow(/takes a function/u);
  });

  it('lets a class that is derived inside live on', () => {
    const Base = python.run(
      'class ScopedBase:\n    def hello(self): return 41\nScopedBase',
    ) as PyProxy;
    Base.destroy();
    const Derived = python.scope(() => {
      const Again = python.eval('ScopedBase') as unknown as new () => { hello(): number };
      return class extends Again {
        override hello(): number {
          return super.hello() + 1;
        }
      };
    });
    expect(new Derived().hello()).toBe(42);
  });

  it('releases everything before any finalizer runs that could use the rest', () => {
    const seen: boolean[] = [];
    const Watched = python.run(`
class Watched:
    def __init__(self, told): self.told = told
    def __del__(self): self.told()
Watched`) as (told: () => void) => PyProxy;
    python.scope(() => {
      const other = make();
      const told = (): void => {
        try {
          python.repr(other);
          seen.push(true);
        } catch {
          seen.push(false);
        }
      };
      Watched(told);
    });
    expect(seen).toEqual([false]);
  });
});
