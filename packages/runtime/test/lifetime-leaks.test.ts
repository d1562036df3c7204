import { setImmediate as turn } from 'node:timers/promises';

import { trackHandles } from '@nogil/handles';
import { afterEach, describe, expect, it } from 'vitest';

import { python, type PyProxy } from '../src/index.js';

type Holder = PyProxy & Record<string, unknown>;
const newHolder = python.run('class Holder: pass\nHolder') as () => Holder;

afterEach(() => {
  trackHandles(false);
});

describe('python.leaks', () => {
  it('lists what JavaScript holds of Python, with where it was made when handles are tracked', () => {
    trackHandles(true);
    const holder = newHolder();
    const found = python.leaks({ repr: true }).proxies.find(({ type }) => type.endsWith('Holder'));
    expect(found?.stack).toContain('lifetime-leaks.test');
    expect(found?.age).toBeGreaterThanOrEqual(0);
    expect(found?.repr).toContain('Holder object');
    const before = python.leaks().proxies.length;
    holder.destroy();
    expect(python.leaks().proxies.length).toBe(before - 1);
  });

  it('lists what Python holds of JavaScript, until Python drops it', async () => {
    trackHandles(true);
    const holder = newHolder();
    class Widget {
      readonly size = 3;
    }
    holder.widget = new Widget();
    const mine = (): unknown => python.leaks().objects.find(({ what }) => what.includes('Widget'));
    expect(mine()).toMatchObject({ what: 'Widget { size: 3 }' });
    expect((mine() as { stack: string }).stack).toContain('lifetime-leaks.test');
    delete holder.widget;
    while (mine() !== undefined) await turn();
    holder.destroy();
  });

  it('names a cycle through a property', () => {
    const holder = newHolder();
    class Widget {
      constructor(readonly owner: unknown) {}
    }
    holder.widget = new Widget(holder);
    const report = python.leaks();
    expect(report.cycles).toHaveLength(1);
    expect(report.cycles[0]?.path).toMatch(
      /^Widget#\d+\.owner → PyProxy → Holder.* → Widget#\d+$/u,
    );
    expect(report.cycles[0]?.ids).toEqual([String(python.id(holder))]);
    holder.destroy();
    expect(python.leaks().cycles).toEqual([]);
  });

  it('names a cycle through a closure', () => {
    const holder = newHolder();
    holder.callback = () => holder.name;
    const { cycles } = python.leaks();
    expect(cycles).toHaveLength(1);
    expect(cycles[0]?.path).toContain('closure:holder → PyProxy → Holder');
    delete holder.callback;
  });

  it('names a cycle through containers on both sides and through two objects', () => {
    const left = newHolder();
    const right = newHolder();
    class Left {
      readonly deep = { map: new Map([['x', [right]]]) };
    }
    class Right {
      readonly set = new Set([left]);
    }
    left.list = python.toPy([[]]);
    (
      python.eval('lambda holder, widget: holder.list[0].append({"k": (widget,)})') as (
        ...all: unknown[]
      ) => void
    )(left, new Left());
    right.widget = new Right();
    const { cycles } = python.leaks();
    expect(cycles).toHaveLength(1);
    expect(cycles[0]?.objects).toHaveLength(2);
    expect(new Set(cycles[0]?.ids)).toEqual(
      new Set([python.id(left), python.id(right)].map(String)),
    );
    left.destroy();
    right.destroy();
  });

  it('does not take a module’s globals, or a weak reference, for a cycle', () => {
    const holder = newHolder();
    class Widget {
      readonly owner = new WeakRef(holder);
    }
    holder.widget = new Widget();
    (python.eval('globals().__setitem__') as (...all: unknown[]) => void)(
      'kept_widget',
      new Widget(),
    );
    const asks = python.eval('lambda: kept_widget');
    class Asks {
      readonly asks = asks;
    }
    (python.eval('globals().__setitem__') as (...all: unknown[]) => void)('kept_asks', new Asks());
    expect(python.leaks().cycles).toEqual([]);
    holder.destroy();
  });

  it('runs no getter and no trap, and says when it has not seen all', () => {
    const holder = newHolder();
    let ran: boolean;
    class Widget {
      readonly owner = holder;
      get dangerous(): never {
        ran = true;
        throw new Error('read');
      }
    }
    holder.widget = new Widget();
    holder.other = python.ref(
      new Proxy(
        {},
        {
          ownKeys() {
            ran = true;
            return [];
          },
          getPrototypeOf() {
            return null;
          },
        },
      ),
    );
    ran = false;
    expect(python.leaks().cycles).toHaveLength(1);
    expect(ran).toBe(false);
    expect(python.leaks({ limit: 0 }).complete).toBe(false);
    holder.destroy();
  });
});
