/** `npm start`: listens on loopback until SIGINT or SIGTERM. PORT (8080) and THREADS (one for each core) set it up. */
import type { AddressInfo } from 'node:net';

import { python } from 'nogil';

import { makeServer } from './server.js';
import { startSpelling } from './spelling.js';

function setting(name: string, least: number, most: number): number | undefined {
  const text = process.env[name];
  if (text === undefined || text === '') return undefined;
  const value = Number(text);
  if (!Number.isInteger(value) || value < least || value > most) {
    console.error(`${name} is ${text}; it is a whole number from ${least} to ${most}`);
    process.exit(2);
  }
  return value;
}

const port = setting('PORT', 0, 65_535) ?? 8080;
const { server, stop } = makeServer(startSpelling(setting('THREADS', 1, 1024)));
server.on('error', (error) => {
  console.error(`cannot listen on port ${port}: ${error.message}; set PORT to another one`);
  process.exit(1);
});
server.listen(port, '127.0.0.1', () => {
  const { port: bound } = server.address() as AddressInfo;
  const { version, freeThreaded, gilEnabled } = python.info();
  const kind = freeThreaded && !gilEnabled ? 'without the GIL' : 'with the GIL';
  console.log(`http://127.0.0.1:${bound}/suggest?word=sequense`);
  console.log(`Python ${version} ${kind}, ${python.parallel.size} threads`);
});

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  // Once: a second one ends the process as it would have without us.
  process.once(signal, () => {
    void stop().then(() => {
      console.log('stopped');
    });
  });
}
