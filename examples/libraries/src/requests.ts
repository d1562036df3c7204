/** requests, against servers on this machine: one in a worker, and one on this very thread. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';

import { kw, python } from 'nogil';

const requests = python.import('requests');

// A server in a worker. This thread waits inside Python, and the worker answers.
const worker = new Worker(new URL('./requests-server.js', import.meta.url));
const [port] = (await once(worker, 'message')) as [number];
const url = `http://127.0.0.1:${port}`;

python.with(requests.Session(), (session) => {
  session.trust_env = false; // whatever proxy the machine has is not for this address
  const response = session.get(
    `${url}/get`,
    kw({ params: { q: 'tea & nuts' }, headers: { 'X-Token': 'secret' }, timeout: 10 }),
  );
  assert.equal(response.status_code, 200);
  assert.equal(response.ok, true);
  assert.equal(response.headers.get('content-type'), 'application/json');
  const told = response.json().toJs({ dictConverter: Object.fromEntries });
  assert.deepEqual(told.query, { q: 'tea & nuts' });
  assert.equal(told.token, 'secret');

  // The session keeps the cookie.
  const posted = session.post(`${url}/post`, kw({ json: { name: 'Ada', tags: [1, 2] } }));
  const echoed = posted.json().toJs({ dictConverter: Object.fromEntries });
  assert.equal(echoed.cookie, 'visits=1');
  assert.deepEqual(JSON.parse(echoed.body), { name: 'Ada', tags: [1, 2] });
  assert.equal(JSON.parse(Buffer.from(posted.content.toJs()).toString()).method, 'POST');

  // A hook is a JavaScript function.
  const seen: number[] = [];
  const hooks = {
    response: (answer: { status_code: number }) => void seen.push(answer.status_code),
  };
  const missing = session.get(`${url}/missing`, kw({ hooks }));
  assert.deepEqual(seen, [404]);
  assert.throws(() => missing.raise_for_status(), python.errors.of(requests.HTTPError));

  // A streamed answer, in parts.
  const streamed = session.get(`${url}/stream`, kw({ stream: true }));
  let bytes = 0;
  for (const part of streamed.iter_content(16)) bytes += Number(part.length);
  assert.equal(bytes, Number(streamed.headers.get('content-length') ?? bytes));
});
await worker.terminate();

// A server on this thread: the request runs on a thread of Python's, and the event loop goes on.
const server = createServer((_request, response) => response.end('from this very thread'));
server.listen(0, '127.0.0.1');
await once(server, 'listening');
const here = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
const { ThreadPoolExecutor } = python.import('concurrent.futures');
const session = requests.Session();
session.trust_env = false;
const pool = ThreadPoolExecutor(1);
const future = pool.submit(session.get, here, kw({ timeout: 10 }));
while (future.done() === false) await delay(5);
assert.equal(future.result().text, 'from this very thread');
pool.shutdown();
session.close();
server.close();
server.closeAllConnections();

// Nobody listens there any more.
const { ConnectionError: Refused } = requests;
assert.throws(
  () => requests.get(here, kw({ timeout: 10, proxies: { http: null } })),
  python.errors.of(Refused),
);
