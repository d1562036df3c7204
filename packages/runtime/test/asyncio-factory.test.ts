import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { python } from '../src/index.js';
import type { PyProxy } from '../src/index.js';
import { describeTasks } from './asyncio-cases.js';
import { startWorker } from './worker.js';

python.run(`
class OwnLoop(asyncio.SelectorEventLoop):
    pass
made = []
def own_loop():
    made.append(OwnLoop())
    return made[-1]
def closed():
    loop = OwnLoop()
    loop.close()
    return loop
async def running():
    return asyncio.get_running_loop()
`);

const { useLoopFactory } = python.asyncio;

function factory(name: string): PyProxy {
  return python.eval(name) as PyProxy;
}

describe('a loop factory that is none', () => {
  it('cannot be called', () => {
    for (const value of [1, null, 'uvloop', {}, python.eval('object()')]) {
      expect(() => {
        useLoopFactory(value as PyProxy);
      }).toThrow(expect.objectContaining({ code: 'INVALID_ARGUMENT' }));
    }
  });

  it.each([
    ['lambda: 1', 'TypeError', /returns an event loop .* not 1/],
    ['lambda: None', 'TypeError', /returns an event loop/],
    ['lambda: OwnLoop', 'TypeError', /returns an event loop/],
    ['lambda needed: 1', 'TypeError', /needed/],
    ['closed', 'ValueError', /is closed/],
    ['lambda: asyncio.run(running())', 'ValueError', /is closed/],
    ['lambda: {}["k"]', 'KeyError', /k/],
  ])('%s', (source, name, message) => {
    expect(() => {
      useLoopFactory(factory(source));
    }).toThrow(
      expect.objectContaining({ name, message: expect.stringMatching(message) as unknown }),
    );
  });

  it('gives a loop that somebody runs', () => {
    python.run(`
other = asyncio.new_event_loop()
at_work = threading.Event()
other.call_soon(at_work.set)
runner = threading.Thread(target=other.run_forever)
runner.start()
at_work.wait()`);
    try {
      expect(() => {
        useLoopFactory(factory('lambda: other'));
      }).toThrow(/is running/);
    } finally {
      python.run('other.call_soon_threadsafe(other.stop)\nrunner.join()\nother.close()');
    }
  });
});

describe('the loop of a factory', () => {
  beforeAll(() => {
    useLoopFactory(factory('own_loop'));
  });

  afterAll(() => {
    expect(python.eval('len(made)')).toBe(1);
  });

  it('is the one that runs', async () => {
    expect(python.eval('nogil.event_loop() is made[0]')).toBe(true);
    expect(await (python.eval('running()') as PromiseLike<unknown>)).toBe(python.eval('made[0]'));
  });

  it('stays: there is one for the process', async () => {
    expect(() => {
      useLoopFactory(factory('own_loop'));
    }).toThrow(
      expect.objectContaining({
        name: 'RuntimeError',
        message: expect.stringMatching(/OwnLoop.*before the first coroutine is awaited/) as unknown,
      }),
    );
    const worker = startWorker(`
      try {
        python.asyncio.useLoopFactory(python.eval('own_loop'));
        parentPort.postMessage('changed');
      } catch (error) {
        parentPort.postMessage(error.name);
      }`);
    expect(await new Promise((resolve) => worker.once('message', resolve))).toBe('RuntimeError');
  });

  it('tells what nobody awaits, as any other', async () => {
    const event = new Promise<{ error: unknown }>((resolve) => {
      const off = python.on('unraisable', (told) => {
        off();
        resolve(told);
      });
    });
    python.run(`
def raises(): raise LookupError('nobody asked')
nogil.event_loop().call_soon_threadsafe(raises)`);
    expect(await event).toMatchObject({ error: { name: 'LookupError' } });
  });

  describeTasks();
});
