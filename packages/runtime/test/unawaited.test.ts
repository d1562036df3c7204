import { setTimeout as sleep } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

import { beforeEach, describe, expect, it } from 'vitest';

import { python } from '../src/index.js';
import type { PyAwaitable, PyProxy } from '../src/index.js';
import { startWorker } from './worker.js';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

interface Warned {
  readonly text: string;
  readonly category: string;
  readonly file: string;
  readonly line: number;
}

python.run(`
import asyncio, json, sys, warnings
warnings.resetwarnings()
warned = []
def show(message, category, filename, lineno, file=None, line=None):
    warned.append(dict(text=str(message), category=category.__name__, file=filename, line=lineno))
warnings.showwarning = show
async def dropped(): pass
async def other(): pass
async def waits(coroutine): return await coroutine
def keep(coroutine):
    global kept
    kept = coroutine
kept = None
class Kind:
    async def method(self): pass
`);

const dropped = python.eval('dropped') as (...values: unknown[]) => PyAwaitable & PyProxy;

function warned(): readonly Warned[] {
  return JSON.parse(
    python.run('text, warned[:] = json.dumps(warned), []\ntext') as string,
  ) as Warned[];
}

/** The line of this file that calls it. */
function thisLine(): number {
  const [, , frame = ''] = (new Error().stack ?? '').split('\n');
  return Number(/:(\d+):\d+\)?$/.exec(frame)?.[1]);
}

beforeEach(() => {
  warned();
});

describe('a coroutine that is never awaited', () => {
  it('is told of with the place in JavaScript, when it is destroyed', () => {
    let line = 0;
    function careless(): void {
      line = thisLine() + 1;
      dropped().destroy();
    }
    careless();
    const [warning, ...more] = warned();
    expect(more).toEqual([]);
    expect(warning).toMatchObject({
      category: 'RuntimeWarning',
      file: import.meta.filename,
      line,
    });
    const [first, second, frame] = warning?.text.split('\n') ?? [];
    expect(first).toBe("coroutine 'dropped' was never awaited");
    expect(second).toBe('Coroutine came to JavaScript at (most recent call first)');
    expect(frame).toMatch(new RegExp(`at careless \\(.*unawaited\\.test\\.ts:${line}:\\d+\\)`));
    expect(warning?.text).not.toMatch(/[\\/]src[\\/]/);
  });

  it('at the end of a scope', () => {
    const line = thisLine() + 2;
    python.scope(() => {
      dropped();
    });
    expect(warned()).toMatchObject([{ file: import.meta.filename, line }]);
  });

  it('when it is collected', async () => {
    const line = thisLine() + 2;
    function drop(): void {
      dropped();
    }
    drop();
    let found: readonly Warned[] = [];
    while (found.length === 0) {
      collect();
      await sleep(5);
      found = warned();
    }
    expect(found).toMatchObject([{ file: import.meta.filename, line }]);
  });

  it('also by what it is called in, though that has its proxy', async () => {
    // The engine's stack traces keep functions and what they are bound to.
    class Holder {
      made: unknown;
      make(): void {
        this.made = (python.eval('Kind().method') as () => unknown)();
      }
    }
    const line = thisLine() - 3;
    new Holder().make();
    let found: readonly Warned[] = [];
    while (found.length === 0) {
      collect();
      await sleep(5);
      found = warned();
    }
    expect(found).toMatchObject([{ line }]);
    expect(found[0]?.text).toMatch(/'Kind\.method'[^]*at Holder\.make/);
  });

  it('once for each place', () => {
    for (let i = 0; i < 3; i++) dropped().destroy();
    dropped().destroy();
    expect(warned()).toHaveLength(2);
  });

  it('many at once, each with its own', () => {
    const first = thisLine() + 2;
    python.scope(() => {
      dropped();
      (python.eval('other') as () => unknown)();
    });
    const told = warned().map(({ text, line }) => [/'(\w+)'/.exec(text)?.[1], line]);
    expect(told.sort()).toEqual([
      ['dropped', first],
      ['other', first + 1],
    ]);
  });

  it('with Python’s own account of it, where that was asked for', () => {
    const wrapper = python.run(`
def wrapper(): return dropped()
wrapper`) as () => PyProxy;
    python.run('sys.set_coroutine_origin_tracking_depth(5)');
    wrapper().destroy();
    python.run('sys.set_coroutine_origin_tracking_depth(0)');
    expect(warned()[0]?.text).toMatch(
      /came to JavaScript at[^]*Coroutine created at \(most recent call last\)[^]*in wrapper/,
    );
  });

  it('as an error, where warnings are errors', async () => {
    const told = new Promise<unknown>((resolve) => {
      const off = python.on('unraisable', ({ error }) => {
        off();
        resolve(error);
      });
    });
    python.run('warnings.simplefilter("error")');
    dropped().destroy();
    python.run('warnings.resetwarnings()');
    expect(await told).toMatchObject({
      name: 'RuntimeWarning',
      message: expect.stringMatching(/never awaited[^]*unawaited\.test\.ts/) as unknown,
    });
  });

  it('on another JS thread, too', async () => {
    const worker = startWorker(`
      function inWorker() { python.eval('dropped()').destroy(); }
      inWorker();
      parentPort.postMessage('done');`);
    await new Promise((resolve) => worker.once('message', resolve));
    expect(warned()[0]?.text).toMatch(/at inWorker/);
  });

  it('of Python’s own as ever', () => {
    python.run('dropped()\nNone');
    const [warning] = warned();
    expect(warning?.text).toBe("coroutine 'dropped' was never awaited");
  });
});

describe('nothing is said of a coroutine', () => {
  it('that was awaited', async () => {
    const coroutine = dropped();
    await coroutine;
    coroutine.destroy();
    await python.asyncio.run(dropped());
    expect(warned()).toEqual([]);
  });

  it('that Python awaited', async () => {
    const coroutine = dropped();
    await (python.eval('waits') as (value: unknown) => PyAwaitable)(coroutine);
    coroutine.destroy();
    expect(warned()).toEqual([]);
  });

  it('that Python keeps', () => {
    const coroutine = dropped();
    (python.eval('keep') as (value: unknown) => void)(coroutine);
    coroutine.destroy();
    expect(warned()).toEqual([]);
    python.run('kept.close()\nkept = None');
    expect(warned()).toEqual([]);
  });
});
