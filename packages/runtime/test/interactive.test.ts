import { once } from 'node:events';

import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { python } from '../src/index.js';
import { startWorker } from './worker.js';

// What a terminal makes of Ctrl-C; e2e/programs/interactive.mjs does it at one.
describe.skipIf(process.platform === 'win32')('SIGINT in an interactive session', () => {
  let heard = 0;
  const listener = (): void => {
    heard += 1;
  };

  beforeAll(() => {
    python.start({ interactive: true });
    python.run(`
import os, signal, threading, time
# One thread for all: the end of a thread runs callbacks on this one, where Python ignores exceptions.
wanted = threading.Semaphore(0)
def presser():
    while True:
        wanted.acquire()
        time.sleep(0.05)
        os.kill(os.getpid(), signal.SIGINT)
threading.Thread(target=presser, daemon=True).start()
press = wanted.release
def compute():
    while True: pass
def once_caught():
    press()
    try: compute()
    except KeyboardInterrupt: pass
    press()
    compute()
def calls(fn): return fn()
def short(): return sum(range(100))
`);
  });

  beforeEach(() => {
    heard = 0;
    process.on('SIGINT', listener);
  });

  afterEach(() => {
    process.off('SIGINT', listener);
  });

  it('interrupts the Python that runs, and nobody else hears of it', async () => {
    expect(() => python.run('press()\ncompute()')).toThrow(
      expect.objectContaining({ name: 'KeyboardInterrupt' }),
    );
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(heard).toBe(0);
    expect(python.eval('short()')).toBe(4950);
  });

  it('interrupts code that has caught the first', () => {
    expect(() => python.run('once_caught()')).toThrow(python.errors.KeyboardInterrupt);
  });

  it('interrupts what it finds when a callback has returned', () => {
    const run = python.eval('lambda fn: (calls(fn), press(), compute())') as (fn: unknown) => void;
    expect(() => {
      run(() => python.eval('short()'));
    }).toThrow(python.errors.KeyboardInterrupt);
  });

  it('is JavaScript’s while that runs, also below Python', async () => {
    process.kill(process.pid, 'SIGINT');
    while (heard < 1) await new Promise((resolve) => setTimeout(resolve, 1));
    const calls = python.eval('calls') as (fn: () => number) => number;
    const answer = calls(() => {
      process.kill(process.pid, 'SIGINT');
      return 1;
    });
    expect(answer).toBe(1);
    while (heard < 2) await new Promise((resolve) => setTimeout(resolve, 1));
  });

  it('is either’s, and never lost, where short calls and JavaScript take turns', async () => {
    const short = python.eval('short') as () => number;
    python.run(`
def press_often(times):
    for _ in range(times):
        wanted_now.acquire()
        time.sleep(0.0005)
        os.kill(os.getpid(), signal.SIGINT)
wanted_now = threading.Semaphore(0)
presses = threading.Thread(target=press_often, args=(40,))
presses.start()`);
    // Each takes three threads in turn, which is long where they wait for a processor; interrupt_ctrl_c.c does many.
    const ask = python.eval('wanted_now.release') as () => void;
    let interrupted = 0;
    for (let asked = 1; asked <= 40; asked++) {
      let told = false;
      while (interrupted + heard < asked) {
        try {
          if (!told) {
            told = true;
            ask();
          }
          for (let i = 0; i < 20; i++) short();
        } catch (error) {
          expect(error).toMatchObject({ name: 'KeyboardInterrupt' });
          interrupted += 1;
        }
        await new Promise((resolve) => setImmediate(resolve));
      }
      expect(interrupted + heard).toBe(asked);
    }
    python.run('presses.join()');
    expect(interrupted).toBeGreaterThan(0);
  });

  it('is the program’s again when the session is over', async () => {
    python.start({ interactive: false });
    const calls = python.run(`
def heard_by(told):
    press()
    end = time.monotonic() + 0.3
    while time.monotonic() < end: pass
    return 'done'
heard_by`) as (told: unknown) => string;
    expect(calls(null)).toBe('done');
    while (heard < 1) await new Promise((resolve) => setTimeout(resolve, 1));
    python.start({ interactive: true });
  });
});

describe('python.start({ interactive })', () => {
  it('takes true and false', () => {
    for (const value of [1, 'yes', null]) {
      expect(() => python.start({ interactive: value as unknown as boolean })).toThrow(
        expect.objectContaining({ code: 'INVALID_ARGUMENT' }),
      );
    }
  });

  it('is for the main thread', async () => {
    const worker = startWorker(`
      try {
        python.start({ interactive: true });
        parentPort.postMessage('on');
      } catch (error) {
        parentPort.postMessage(error.code);
      }`);
    const [answer] = (await once(worker, 'message')) as [string];
    expect(answer).toBe('INVALID_ARGUMENT');
  });
});
