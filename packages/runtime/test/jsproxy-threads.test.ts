import { once } from 'node:events';

import { describe, expect, it } from 'vitest';

import { python } from '../src/index.js';
import { check } from './jsproxy.js';
import { startWorker } from './worker.js';

describe('an object of another JavaScript thread', () => {
  it('is used there through Python, and raises when that thread has ended', async () => {
    const worker = startWorker(`
      class Counter { count = 0; add() { return ++this.count; } }
      python.eval('globals().__setitem__')('of_worker', new Counter());
      parentPort.on('message', () => parentPort.close());
      parentPort.postMessage('ready');`);
    await once(worker, 'message');
    check(`
import __main__
x = __main__.of_worker
assert x.add() == 1 and x.count == 1 and 'add' in dir(x)
assert x.add.__self__ is x`);
    const counter = python.eval('of_worker') as { add: () => number; count: number };
    expect(counter.add()).toBe(2);
    expect(counter.count).toBe(2);
    worker.postMessage('end');
    await once(worker, 'exit');
    check(`
import __main__, nogil
x = __main__.of_worker
del __main__.of_worker
assert 'ended' in raises(nogil.JavaScriptError, lambda: x.count)
assert 'ended' in raises(nogil.JavaScriptError, lambda: x.count == 1)
assert x == x and hash(x) == hash(x)`);
  });

  it('is another globalThis in each by import js; what one registers all import', async () => {
    python.registerModule('of_main', { here: 'main' });
    (globalThis as Record<string, unknown>).whose = 'main';
    const worker = startWorker(`
      globalThis.whose = 'worker';
      python.run('import js, of_main');
      parentPort.postMessage([python.eval('js.whose'), python.eval('of_main.here')]);`);
    const [answer] = (await once(worker, 'message')) as [unknown];
    expect(answer).toEqual(['worker', 'main']);
    check(`import js; assert js.whose == 'main'`);
    python.unregisterModule('of_main');
    delete (globalThis as Record<string, unknown>).whose;
  });
});

describe('a promise that Python drops without awaiting it', () => {
  it('is a warning when it was rejected, and nothing else', async () => {
    const warned = once(process, 'warning') as Promise<[Error]>;
    check(`x()`, () => Promise.reject(new RangeError('nobody asked')));
    await new Promise((resolve) => setTimeout(resolve, 0));
    check(`import gc; gc.collect()`);
    const [warning] = await warned;
    expect(warning.message).toContain('nobody asked');
  });
});

describe('a JavaScript function that another thread calls', () => {
  it('leaves nothing on the arena, however often it is called', async () => {
    let calls = 0;
    python.globals.set?.('of_arena', (_number: number, text: string) => {
      calls += 1;
      return text;
    });
    // 1 MiB of arena held some 8000 of these calls, and then no other operation of this thread's.
    python.run(`
import threading
outcome = []
def call():
    try:
        for i in range(20_000):
            assert of_arena(i, 'text') == 'text'
        outcome.append('done')
    except BaseException as error:
        outcome.append(repr(error))
threading.Thread(target=call).start()`);
    const ended = python.eval('lambda: bool(outcome)') as () => boolean;
    while (!ended()) await new Promise((resolve) => setTimeout(resolve, 10));
    expect(python.eval('outcome[0]')).toBe('done');
    expect(calls).toBe(20_000);
  });
});
