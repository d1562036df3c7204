// @ts-check
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { promisify } from 'node:util';

const execute = promisify(execFile);

/** @typedef {{ name: string, version: string } & Record<string, unknown>} Manifest */

/**
 * @typedef {object} Registry
 * @property {string} url
 * @property {() => void} close
 */

/**
 * A package registry on this machine that has what is to be published, before it is, and passes every other question
 * on to the registry that npm is set up with. So the packages are installed by name and version, as users
 * install them, by any package manager.
 *
 * @param {Iterable<string>} tarballs
 * @param {Iterable<Manifest>} others - packages for other platforms: known, but not there to be downloaded
 * @returns {Promise<Registry>}
 */
export async function openRegistry(tarballs, others) {
  const { stdout } = await execute('npm', ['config', 'get', 'registry']);
  const upstream = stdout.trim().replace(/\/$/, '');
  /** @type {Map<string, Buffer>} */
  const files = new Map();
  /** @type {Map<string, Manifest>} */
  const manifests = new Map();
  for (const manifest of others) manifests.set(manifest.name, manifest);
  for (const tarball of tarballs) {
    const { stdout: text } = await execute('tar', ['-xzOf', tarball, 'package/package.json']);
    const manifest = JSON.parse(text);
    manifests.set(manifest.name, manifest);
    files.set(manifest.name, readFileSync(tarball));
  }
  const server = createServer((request, response) => {
    const [path = '/'] = (request.url ?? '/').split('?', 1);
    const [name = '', rest = ''] = split(decodeURIComponent(path.slice(1)));
    const manifest = manifests.get(name);
    const file = files.get(name);
    if (manifest === undefined) {
      passOn(`${upstream}${request.url}`, request, response).catch(
        (/** @type {unknown} */ error) => {
          response.writeHead(502).end(String(error));
        },
      );
    } else if (rest === '') {
      const body = JSON.stringify(describe(manifest, file, url));
      response.writeHead(200, { 'content-type': 'application/json' }).end(body);
    } else if (file !== undefined) {
      response.writeHead(200, { 'content-type': 'application/octet-stream' }).end(file);
    } else {
      response.writeHead(404).end(); // for another platform: whoever asks for it made a mistake
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  const url = `http://127.0.0.1:${port}`;
  return {
    url,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

/**
 * @param {string} path - `nogil`, `@nogil/abi`, `@nogil/abi/-/archive.tgz`
 * @returns {[name: string, rest: string]}
 */
function split(path) {
  const words = path.split('/');
  const length = path.startsWith('@') ? 2 : 1;
  return [words.slice(0, length).join('/'), words.slice(length).join('/')];
}

/**
 * @param {Manifest} manifest
 * @param {Buffer | undefined} file
 * @param {string} url
 */
function describe(manifest, file = Buffer.alloc(0), url) {
  const { name, version } = manifest;
  const dist = {
    tarball: `${url}/${name}/-/${name.split('/').at(-1)}-${version}.tgz`,
    integrity: `sha512-${createHash('sha512').update(file).digest('base64')}`,
    shasum: createHash('sha1').update(file).digest('hex'),
  };
  return {
    name,
    'dist-tags': { latest: version },
    versions: { [version]: { ...manifest, dist } },
    time: { [version]: '2026-01-01T00:00:00.000Z' }, // pnpm wants releases to have come of age
  };
}

/**
 * @param {string} url
 * @param {import('node:http').IncomingMessage} request
 * @param {import('node:http').ServerResponse} response
 */
async function passOn(url, request, response) {
  const { accept = '*/*' } = request.headers;
  const answer = await fetch(url, { method: request.method ?? 'GET', headers: { accept } });
  const type = answer.headers.get('content-type') ?? 'application/octet-stream';
  const body = Buffer.from(await answer.arrayBuffer());
  response.writeHead(answer.status, { 'content-type': type }).end(body);
}
