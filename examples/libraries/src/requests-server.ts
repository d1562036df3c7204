/** A server on this machine, in a thread of its own: a synchronous call in Python holds the event loop of its own thread. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { parentPort } from 'node:worker_threads';

const server = createServer((request, response) => {
  const url = new URL(request.url ?? '/', 'http://localhost');
  let body = '';
  request.setEncoding('utf8');
  request.on('data', (text: string) => (body += text));
  request.on('end', () => {
    if (url.pathname === '/missing') response.statusCode = 404;
    response.setHeader('Content-Type', 'application/json');
    response.setHeader('Set-Cookie', 'visits=1');
    response.end(
      JSON.stringify({
        method: request.method,
        query: Object.fromEntries(url.searchParams),
        cookie: request.headers.cookie ?? null,
        token: request.headers['x-token'] ?? null,
        body,
      }),
    );
  });
});
server.listen(0, '127.0.0.1', () => {
  parentPort?.postMessage((server.address() as AddressInfo).port);
});
