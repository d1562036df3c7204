// @ts-check
import { createHash } from 'node:crypto';
import { connect, createServer } from 'node:net';
import { rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { root } from './workspace.mjs';

/**
 * Runs `work` while no other process of this checkout runs work of the same name.
 *
 * The lock is a listening socket and not a file: the system takes it away from a process that dies, so
 * there is never a stale one to guess about, and whoever waits is told by the connection closing.
 *
 * @template T
 * @param {string} name
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function exclusively(name, work) {
  const address = addressOf(name);
  let server = await listen(address);
  if (!server) console.error(`Another process of this checkout is busy (${name}); waiting for it.`);
  while (!server) {
    await holderGone(address);
    server = await listen(address);
  }
  try {
    return await work();
  } finally {
    server.close();
    for (const waiting of server.waiting) waiting.destroy();
  }
}

/** @param {string} name */
function addressOf(name) {
  const key = createHash('sha256').update(`${root}\0${name}`).digest('hex').slice(0, 24);
  if (process.platform === 'win32') return `\\\\.\\pipe\\nogil-${key}`;
  // Abstract: it has no file that could outlive its owner.
  if (process.platform === 'linux') return `\0nogil-${key}`;
  return path.join(tmpdir(), `nogil-${key}.sock`);
}

/**
 * @param {string} address
 * @returns {Promise<(import('node:net').Server & { waiting: Set<import('node:net').Socket> }) | null>}
 *   null when somebody else holds it
 */
function listen(address) {
  /** @type {Set<import('node:net').Socket>} */
  const waiting = new Set();
  const server = Object.assign(
    createServer((socket) => {
      waiting.add(socket);
      socket.on('error', () => undefined); // a waiter that was interrupted
      socket.on('close', () => waiting.delete(socket));
    }),
    { waiting },
  );
  return new Promise((resolve, reject) => {
    server.on('error', (/** @type {NodeJS.ErrnoException} */ error) => {
      if (error.code === 'EADDRINUSE') resolve(null);
      else reject(error);
    });
    server.listen(address, () => resolve(server));
  });
}

/**
 * Resolves when the connection to the holder closes, or there is none.
 * @param {string} address
 * @returns {Promise<void>}
 */
function holderGone(address) {
  return new Promise((resolve, reject) => {
    const socket = connect(address);
    socket.on('error', (/** @type {NodeJS.ErrnoException} */ error) => {
      if (error.code === 'ECONNREFUSED' && !address.startsWith('\0'))
        rmSync(address, { force: true });
      else if (!['ECONNREFUSED', 'ENOENT', 'ECONNRESET', 'EPIPE'].includes(error.code ?? ''))
        reject(error);
    });
    socket.on('close', () => resolve());
    socket.resume();
  });
}
