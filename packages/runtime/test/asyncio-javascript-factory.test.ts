import { expect, it } from 'vitest';

import { python } from '../src/index.js';
import type { PyAwaitable, PyProxy } from '../src/index.js';

it('a loop factory in JavaScript is called on its own thread; its exception handler stays', async () => {
  python.run(`
import asyncio, nogil
told = asyncio.Queue()
def handler(loop, context):
    told.put_nowait(str(context['exception']))
def raises(): raise LookupError('nobody asked')
`);
  const { new_event_loop: newEventLoop } = python.import('asyncio');
  python.asyncio.useLoopFactory(() => {
    const loop: PyProxy = newEventLoop();
    loop.set_exception_handler(python.eval('handler'));
    return loop;
  });
  python.run('nogil.event_loop().call_soon_threadsafe(raises)');
  expect(await (python.eval('told.get()') as PyAwaitable)).toBe('nobody asked');
});
