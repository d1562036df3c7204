import { beforeAll, describe, expect, it } from 'vitest';

import { python } from '../src/index.js';
import type { PyProxy } from '../src/index.js';
import { describeTasks } from './asyncio-cases.js';

const found = python.eval(
  '__import__("importlib.util").util.find_spec("uvloop") is not None',
) as boolean;

describe.skipIf(!found)('uvloop (skipped where it is not installed)', () => {
  beforeAll(() => {
    const before = python.info().gilEnabled;
    const uvloop = python.import<{ new_event_loop: PyProxy }>('uvloop');
    python.asyncio.useLoopFactory(uvloop.new_event_loop);
    // A free-threaded Python stays so: uvloop declares that it needs no GIL.
    expect(python.info().gilEnabled).toBe(before);
  });

  it('runs what JavaScript awaits', async () => {
    python.run(`
import nogil, uvloop
async def running(): return isinstance(asyncio.get_running_loop(), uvloop.Loop)`);
    expect(await (python.eval('running()') as PromiseLike<boolean>)).toBe(true);
  });

  describeTasks();
});
