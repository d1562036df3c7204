import { expect, it } from 'vitest';

import { python } from '../src/index.js';
import type { PyAwaitable, PyProxy } from '../src/index.js';

it('a loop that ends by an error of its own rejects what waits, and what comes later', async () => {
  python.run(`
import asyncio, nogil
class Broken(asyncio.SelectorEventLoop):
    def _run_once(self):
        super()._run_once()
        if breaks: raise OSError('out of order')
breaks = False
`);
  python.asyncio.useLoopFactory(python.eval('Broken') as PyProxy);
  const thread = new Promise<string>((resolve) => {
    python.on('unraisable', ({ thread: name }) => {
      resolve(name);
    });
  });
  const waits = python.asyncio.run(python.eval('asyncio.sleep(1000)') as PyProxy);
  await (python.eval('asyncio.sleep(0)') as PyAwaitable);
  python.run('breaks = True\nnogil.event_loop().call_soon_threadsafe(lambda: None)');
  await expect(waits).rejects.toMatchObject({
    name: 'RuntimeError',
    message: expect.stringMatching(/out of order/) as unknown,
    cause: { name: 'OSError' },
  });
  expect(await thread).toBe('nogil-asyncio');
  await expect(
    python.asyncio.run(python.eval('asyncio.sleep(0)') as PyProxy),
  ).rejects.toMatchObject({ name: 'RuntimeError', cause: { name: 'OSError' } });
  expect(() => python.asyncio.loop).toThrow(/ended by an error of its own/);
});
