import { setTimeout as sleep } from 'node:timers/promises';

import { afterEach, describe, expect, it } from 'vitest';

import { emitStatistics, mutex, NogilError } from '../src/index.js';
import { startWorker, type TestWorker } from './python.js';

const workers: TestWorker[] = [];
afterEach(async () => {
  await Promise.all(workers.splice(0).map(({ worker }) => worker.terminate()));
});

function start(body: string): TestWorker {
  const started = startWorker(body);
  workers.push(started);
  return started;
}

const waiting = (): number => emitStatistics().mutexes.waiting;

/** Until `count` threads and promises wait for a mutex. */
async function untilWaiting(count: number): Promise<void> {
  while (waiting() !== count) await sleep(1);
}

const withCode = (code: string): unknown => expect.objectContaining({ name: 'NogilError', code });

describe('on one thread, without Python', () => {
  it('a mutex is free until it is taken, and after it is released', () => {
    const held = mutex('plain').lockSync();
    expect(held).toMatchObject({ name: 'plain', abandoned: false });
    held.release();
    held.release();
    mutex('plain').lockSync({ timeoutMs: 0 }).release();
  });

  it('`using` releases it', () => {
    {
      using held = mutex('scope').lockSync();
      expect(held.name).toBe('scope');
      expect(() => mutex('scope').lockSync({ timeoutMs: 0 })).toThrow(withCode('TIMED_OUT'));
    }
    mutex('scope').lockSync().release();
  });

  it('names are told apart', () => {
    using one = mutex('one').lockSync();
    using two = mutex('one ').lockSync();
    expect(one.name).not.toBe(two.name);
  });

  it('waiting for oneself is refused, not waited for', () => {
    using held = mutex('self').lockSync();
    expect(() => mutex('self').lockSync()).toThrow(withCode('DEADLOCK'));
    expect(held.abandoned).toBe(false);
  });

  it('flows of one thread take turns, in the order they came', async () => {
    const order: number[] = [];
    await Promise.all(
      [1, 2, 3, 4].map(async (number) => {
        using held = await mutex('turns').lock();
        expect(held.name).toBe('turns');
        order.push(number);
        await sleep(1);
        order.push(number);
      }),
    );
    expect(order).toEqual([1, 1, 2, 2, 3, 3, 4, 4]);
  });

  it('a wait ends when its time is over, and the queue goes on without it', async () => {
    const held = mutex('late').lockSync();
    await expect(mutex('late').lock({ timeoutMs: 5 })).rejects.toThrow(withCode('TIMED_OUT'));
    await expect(mutex('late').lock({ timeoutMs: 0 })).rejects.toThrow(withCode('TIMED_OUT'));
    const next = mutex('late').lock();
    held.release();
    (await next).release();
    (await mutex('late').lock({ timeoutMs: 0 })).release();
  });

  it('a wait ends with the reason of its signal', async () => {
    const held = mutex('signal').lockSync();
    const controller = new AbortController();
    const reason = new Error('enough');
    const wait = mutex('signal').lock({ signal: controller.signal });
    expect(waiting()).toBe(1);
    controller.abort(reason);
    await expect(wait).rejects.toBe(reason);
    expect(waiting()).toBe(0);
    await expect(mutex('signal').lock({ signal: controller.signal })).rejects.toBe(reason);
    held.release();
    await expect(mutex('signal').lock({ signal: controller.signal })).rejects.toBe(reason);
    mutex('signal').lockSync().release();
  });

  it('what cannot be a name or a time is refused', async () => {
    expect(() => mutex('')).toThrow(withCode('INVALID_ARGUMENT'));
    expect(() => mutex('\ud800')).toThrow(withCode('INVALID_ARGUMENT'));
    for (const timeoutMs of [-1, NaN, 2 ** 31, '5' as unknown as number]) {
      expect(() => mutex('x').lockSync({ timeoutMs })).toThrow(withCode('INVALID_ARGUMENT'));
      await expect(mutex('x').lock({ timeoutMs })).rejects.toThrow(NogilError);
    }
  });
});

describe('between workers', () => {
  it('one at a time gets in', async () => {
    const shared = new Int32Array(new SharedArrayBuffer(4));
    const started = [1, 2, 3].map(() =>
      start(
        `port.once('message', async (shared) => {
           for (let i = 0; i < 200; i++) {
             const held = i % 2 ? nogil.mutex('counter').lockSync() : await nogil.mutex('counter').lock();
             const before = shared[0];
             for (let spin = 0; spin < 100; spin++);
             shared[0] = before + 1;
             held.release();
           }
           port.postMessage('done');
         });
         port.postMessage('ready');`,
      ),
    );
    for (const each of started) expect(await each.next()).toBe('ready');
    for (const { worker } of started) worker.postMessage(shared);
    for (const each of started) expect(await each.next()).toBe('done');
    expect(shared[0]).toBe(600);
  });

  it('what a terminated worker held goes to the next, who is told', async () => {
    const holder = start(`nogil.mutex('left').lockSync(); port.postMessage('holds');
      setInterval(() => {}, 1000);`);
    expect(await holder.next()).toBe('holds');
    const next = mutex('left').lock();
    await untilWaiting(1);
    const before = emitStatistics().mutexes.abandoned;
    await holder.worker.terminate();
    using held = await next;
    expect(held.abandoned).toBe(true);
    expect(emitStatistics().mutexes.abandoned).toBe(before + 1);
  });

  it('that nobody waited is no reason not to tell, once', async () => {
    const holder = start(`nogil.mutex('unwatched').lockSync(); port.postMessage('holds');`);
    expect(await holder.next()).toBe('holds');
    await holder.worker.terminate();
    const first = mutex('unwatched').lockSync();
    expect(first.abandoned).toBe(true);
    first.release();
    const second = mutex('unwatched').lockSync();
    expect(second.abandoned).toBe(false);
    second.release();
  });

  it('a worker that waits can be terminated, and leaves the queue', async () => {
    using held = mutex('stuck').lockSync();
    const waiter = start(`port.postMessage('waits'); nogil.mutex('stuck').lockSync();`);
    expect(await waiter.next()).toBe('waits');
    await untilWaiting(1);
    await waiter.worker.terminate();
    expect(waiting()).toBe(0);
    expect(held.abandoned).toBe(false);
  });

  it('a worker that awaits ends only when its turn has come', async () => {
    const held = mutex('await').lockSync();
    const waiter = start(
      `(await nogil.mutex('await').lock()).release(); port.postMessage('done');`,
    );
    await untilWaiting(1);
    held.release();
    expect(await waiter.next()).toBe('done');
  });
});

describe('threads that wait for each other', () => {
  it('are told, each of them, who waits for whom', async () => {
    const crew = ['a', 'b', 'c'].map((own, i, all) =>
      start(`
        const held = nogil.mutex('cycle-${own}').lockSync();
        port.postMessage('holds');
        await new Promise((resolve) => port.once('message', resolve));
        try {
          nogil.mutex('cycle-${all[(i + 1) % 3] ?? ''}').lockSync().release();
          port.postMessage('got it');
        } catch (error) {
          port.postMessage({ code: error.code, message: error.message });
        }
        held.release();`),
    );
    for (const one of crew) expect(await one.next()).toBe('holds');
    for (const one of crew) one.worker.postMessage('go');
    const answers = await Promise.all(crew.map((one) => one.next()));
    for (const answer of answers) {
      expect(answer).toMatchObject({ code: 'DEADLOCK' });
      const { message } = answer as { message: string };
      for (const name of ['cycle-a', 'cycle-b', 'cycle-c']) expect(message).toContain(`"${name}"`);
    }
  });

  it('are left alone where one of them does not wait for ever', async () => {
    const held = mutex('patient-a').lockSync();
    const other = start(`
      const held = nogil.mutex('patient-b').lockSync();
      port.postMessage('holds');
      nogil.mutex('patient-a').lockSync().release();
      held.release();
      port.postMessage('got it');`);
    expect(await other.next()).toBe('holds');
    await untilWaiting(1);
    expect(() => mutex('patient-b').lockSync({ timeoutMs: 0 })).toThrow(withCode('TIMED_OUT'));
    expect(() => mutex('patient-b').lockSync({ timeoutMs: 50 })).toThrow(withCode('TIMED_OUT'));
    held.release();
    expect(await other.next()).toBe('got it');
  });

  it('are found when a flow of a thread that stands still gets what they wait for', async () => {
    const first = mutex('flow-a').lockSync();
    const other = start(`
      nogil.mutex('flow-a').lock(); // a flow of this thread, which then stands still
      const own = nogil.mutex('flow-b');
      port.postMessage('queued');
      await new Promise((resolve) => port.once('message', resolve));
      try {
        own.lockSync();
      } catch (error) {
        port.postMessage({ code: error.code, message: error.message });
      }`);
    expect(await other.next()).toBe('queued'); // before the third, which would come first
    const third = start(`
      const held = nogil.mutex('flow-b').lockSync();
      port.postMessage('holds');
      try {
        nogil.mutex('flow-a').lockSync();
      } catch (error) {
        port.postMessage({ code: error.code, message: error.message });
      }`);
    expect(await third.next()).toBe('holds');
    await untilWaiting(2);
    other.worker.postMessage('go');
    await untilWaiting(3);
    first.release();
    for (const answer of [await other.next(), await third.next()]) {
      expect(answer).toMatchObject({ code: 'DEADLOCK' });
    }
  });
});
