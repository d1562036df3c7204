import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { MessageChannel, Worker } from 'node:worker_threads';

import { handleStatistics } from '@nogil/handles';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';

import { type HandleToken, type PyProxy, python } from '../src/index.js';
import { startWorker } from './worker.js';

const RUNTIME = join(import.meta.dirname, '../dist/index.cjs');
const ENTRY = pathToFileURL(join(import.meta.dirname, '../dist/index.js')).href;

beforeAll(() => {
  python.start();
});

const workers: Worker[] = [];
afterEach(async () => {
  await Promise.all(workers.splice(0).map((worker) => worker.terminate()));
});

/** A worker that answers each message with what `body` makes of it, or with the error's code and text. */
function answering(body: string): {
  ask(message: unknown): Promise<unknown>;
  end(): Promise<number>;
} {
  const worker = startWorker(`
    parentPort.on('message', (message) => {
      try {
        parentPort.postMessage((() => { ${body} })());
      } catch (error) {
        parentPort.postMessage({ code: error.code, text: error.message });
      }
    });`);
  workers.push(worker);
  return {
    async ask(message) {
      worker.postMessage(message);
      const [answer] = (await once(worker, 'message')) as unknown[];
      return answer;
    },
    end: () => worker.terminate(),
  };
}

const identity = `return python.builtins.id(python.open(message));`;

describe('a token', () => {
  it('is opened as the same Python object, however it travels', async () => {
    const list = python.eval('[1]') as PyProxy;
    const id = python.builtins.id(list) as number;
    const token = python.share(list);
    expect(python.builtins.id(python.open(token))).toBe(id);
    expect(python.open(structuredClone(token))).toBe(list);

    const posted = answering(identity);
    expect(await posted.ask(token)).toBe(id);
    expect(await posted.ask(token)).toBe(id);

    const given = new Worker(
      `const { parentPort, workerData } = require('node:worker_threads');
       const { python } = require(${JSON.stringify(RUNTIME)});
       const list = python.open(workerData);
       list.append(2);
       parentPort.postMessage(python.builtins.id(list));`,
      { eval: true, workerData: token },
    );
    workers.push(given);
    expect(await once(given, 'message')).toEqual([id]);
    expect([...list]).toEqual([1, 2]);

    const { port1, port2 } = new MessageChannel();
    port1.postMessage({ nested: [token] });
    const [{ nested }] = (await once(port2, 'message')) as [{ nested: [HandleToken] }];
    port1.close();
    expect(python.open(nested[0])).toBe(list);
    python.unshare(token);
  });

  it('keeps its object when every proxy is gone, until it is ended', () => {
    python.run('class Kept: pass\nimport weakref');
    const kept = python.eval('Kept()') as PyProxy;
    const gone = python.import('weakref').ref(kept) as PyProxy;
    const token = python.share(kept);
    kept.destroy();
    python.import('gc').collect();
    expect(gone()).not.toBeNull();
    const again = python.open<PyProxy>(token, { take: true });
    expect(python.getattr(python.getattr(again, '__class__') as PyProxy, '__name__')).toBe('Kept');
    expect(() => python.open<unknown>(token)).toThrow(
      expect.objectContaining({ code: 'STALE_HANDLE' }),
    );
  });

  it('is taken by one of all threads that try', async () => {
    const before = handleStatistics().shared;
    const tokens = Array.from({ length: 200 }, () => python.share(python.eval('object()')));
    const takers = Array.from({ length: 4 }, () =>
      answering(`return message.map((token) => {
        try { python.open(token, { take: true }).destroy(); return 1; }
        catch (error) { if (error.code !== 'STALE_HANDLE') throw error; return 0; }
      });`),
    );
    const answers = (await Promise.all(takers.map((taker) => taker.ask(tokens)))) as number[][];
    for (const [i] of tokens.entries()) {
      expect(answers.reduce((sum, wins) => sum + (wins[i] ?? 0), 0)).toBe(1);
    }
    expect(handleStatistics().shared).toBe(before);
  });

  it('outlives the worker that made it, unless it was to end with it', async () => {
    const maker = answering(`
      const made = python.eval('["made in a worker"]');
      return [python.share(made), python.share(made, { until: 'thread' })];`);
    const [stays, goes] = (await maker.ask(0)) as [HandleToken, HandleToken];
    const held = python.open<PyProxy>(goes);
    await maker.end();
    expect(() => python.open<unknown>(goes)).toThrow(/ended with its JS thread.*keep it/s);
    // Who opened it in time has the object for as long as the proxy lives.
    expect([...held]).toEqual(['made in a worker']);
    expect(python.open<PyProxy>(stays, { take: true })).toBe(held);
  });

  it('shares what classes and functions are, too', async () => {
    python.run('class Counter:\n  count = 0\ndef double(x): return 2 * x');
    const tokens = [python.share(python.eval('Counter')), python.share(python.eval('double'))];
    const worker = answering(`
      const [Counter, double] = message.map((token) => python.open(token));
      Counter.count = double(21);
      return new Counter() instanceof Counter;`);
    expect(await worker.ask(tokens)).toBe(true);
    expect(python.eval('Counter.count')).toBe(42);
    for (const token of tokens) python.unshare(token);
  });
});

describe('a bad token is refused with what to do', () => {
  it('stale', async () => {
    const proxy = python.eval('object()') as PyProxy;
    const token = python.share(proxy);
    python.unshare(token);
    const stale = { code: 'STALE_HANDLE' };
    const reason = /was released by this JS thread.*keep it/s;
    expect(() => python.open<unknown>(token)).toThrow(expect.objectContaining(stale));
    expect(() => python.open<unknown>(token, { take: true })).toThrow(reason);
    expect(() => {
      python.unshare(token);
    }).toThrow(reason);
    const worker = answering(identity);
    expect(await worker.ask(token)).toMatchObject({
      ...stale,
      text: /was released by JS thread \d/,
    });
  });

  it('forged', () => {
    const token = python.share(python.eval('object()'));
    for (const number of [0, -1, 1.5, NaN, Infinity, 2 ** 40, 2 ** 53, token.number + 2 ** 30]) {
      expect(() => python.open<unknown>({ ...token, number })).toThrow(
        expect.objectContaining({ code: 'STALE_HANDLE' }),
      );
    }
    expect(() => python.open<unknown>({ ...token, number: token.number + 2 ** 20 })).toThrow(
      /a token is a number that nogil gave out|was released/,
    );
    expect(() => python.open<unknown>({ ...token, process: token.process + 1 })).toThrow(
      /made in another process, or by another copy of nogil's core.*Send its value/s,
    );
    python.unshare(token);
  });

  it('of the wrong type', () => {
    const wrong = [undefined, null, 1, 'token', {}, [], { type: 'nogil.token', process: 1 }];
    for (const value of [...wrong, python.eval('[]')] as HandleToken[]) {
      expect(() => python.open<unknown>(value)).toThrow(
        expect.objectContaining({
          code: 'INVALID_ARGUMENT',
          message: expect.stringContaining('python.share() gives') as string,
        }),
      );
    }
    for (const value of [undefined, null, 1, 'text', {}, () => 1] as PyProxy[]) {
      expect(() => python.share(value)).toThrow(/python.share takes a Python object/);
    }
    const list = python.eval('[]') as PyProxy;
    expect(() => python.share(list, { until: 'never' as 'thread' })).toThrow(/until is never/);
    expect(() => python.share(list, { unit: 'thread' } as object)).toThrow(/no option unit/);
    const token = python.share(list);
    expect(() => python.open<unknown>(token, { take: 1 as unknown as boolean })).toThrow(
      /take is 1/,
    );
    python.unshare(token);
    list.destroy();
    expect(() => python.share(list)).toThrow(expect.objectContaining({ code: 'STALE_HANDLE' }));
  });

  it('of another process, and after shutdown', () => {
    const text = execFileSync(
      process.execPath,
      [
        '--input-type=module',
        '-e',
        `import { python } from ${JSON.stringify(ENTRY)};
         const list = python.eval('[]');
         const token = python.share(list);
         python.shutdown();
         const codes = [];
         for (const use of [() => python.open(token), () => python.share(list), () => python.unshare(token)]) {
           try { use(); } catch (error) { codes.push(error.code); }
         }
         console.log(JSON.stringify({ token, codes }));`,
      ],
      { encoding: 'utf8' },
    );
    const { token, codes } = JSON.parse(text) as { token: HandleToken; codes: string[] };
    expect(codes).toEqual(['PYTHON_SHUT_DOWN', 'PYTHON_SHUT_DOWN', 'PYTHON_SHUT_DOWN']);
    expect(() => python.open<unknown>(token)).toThrow(
      expect.objectContaining({ code: 'FOREIGN_HANDLE' }),
    );
  });
});
