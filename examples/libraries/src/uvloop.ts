/** uvloop: the event loop that runs what JavaScript awaits, and a server of Python's on it. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';

import { python } from 'nogil';

const { freeThreaded, gilEnabled } = python.info();
const uvloop = python.import('uvloop');
python.asyncio.useLoopFactory(uvloop.new_event_loop);

// uvloop declares that it needs no GIL: a free-threaded Python stays what it was.
assert.equal(python.info().gilEnabled, gilEnabled);
assert.equal(freeThreaded && gilEnabled, false);
assert.equal(python.asyncio.loop instanceof uvloop.Loop, true);

const { serve, stop, run } = python.module('greetings', {
  source: `
import asyncio

async def answer(reader, writer):
    name = await reader.readline()
    writer.write(b'hello ' + name)
    await writer.drain()
    writer.close()
    await writer.wait_closed()

async def serve():
    global server
    server = await asyncio.start_server(answer, '127.0.0.1', 0)
    return server.sockets[0].getsockname()[1]

async def stop():
    server.close()
    await server.wait_closed()

async def run(program):
    process = await asyncio.create_subprocess_exec(
        program, '-c', 'print(6 * 7)', stdout=asyncio.subprocess.PIPE)
    out, _ = await process.communicate()
    return process.returncode, out.decode().strip()
`,
});

// JavaScript is the client of a server of asyncio's, in the same process.
const port: number = await serve();
async function greet(name: string): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  let text = '';
  socket.setEncoding('utf8');
  socket.on('data', (part: string) => (text += part));
  socket.write(`${name}\n`);
  await once(socket, 'close');
  return text;
}
const names = ['Ada', 'Grace', 'Barbara'];
assert.deepEqual(
  await Promise.all(names.map(greet)),
  names.map((name) => `hello ${name}\n`),
);
await stop();

// Its own way to wait for a child process, next to the host's.
assert.deepEqual((await run(python.info().executable)).toJs(), [0, '42']);

// The loop is chosen once.
assert.throws(() => {
  python.asyncio.useLoopFactory(uvloop.new_event_loop);
}, python.errors.RuntimeError);
