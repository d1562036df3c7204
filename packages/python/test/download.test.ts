import { createHash } from 'node:crypto';
import fs from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { NogilError } from '@nogil/abi';
import { afterEach, describe, expect, test } from 'vitest';
import { cacheLayout } from '../src/cache-directory.js';
import { displayUrl, download, type DownloadRequest } from '../src/install/download.js';
import { obtainArchive, type ArchiveRequest } from '../src/install/source-archive.js';
import { InstallProgress } from '../src/progress/events.js';
import { temporaryFolder, writeFile } from './temporary-folder.js';

const root = temporaryFolder();
const content = Buffer.from('CPython, as it were. '.repeat(5000));
const checksum = createHash('sha256').update(content).digest('hex');
const servers: http.Server[] = [];
let folders = 0;

function fresh(): string {
  folders += 1;
  return path.join(root, String(folders));
}

afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

async function serve(answer: http.RequestListener): Promise<string> {
  const server = http.createServer(answer);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** A file server that knows ranges, and remembers which were asked for. */
function files(ranges: (string | undefined)[], body = content): http.RequestListener {
  return (request, response) => {
    ranges.push(request.headers.range);
    const from = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
    const headers = { 'content-length': body.length - from };
    if (from > 0) {
      const range = `bytes ${from}-${body.length - 1}/${body.length}`;
      response.writeHead(206, { ...headers, 'content-range': range });
    } else {
      response.writeHead(200, headers);
    }
    response.end(body.subarray(from));
  };
}

function request(
  url: string,
  target: string,
  more: Partial<DownloadRequest> = {},
): DownloadRequest {
  return {
    url,
    target,
    sha256: checksum,
    bytes: content.length,
    env: {},
    proxies: {},
    signal: undefined,
    onBytes: () => undefined,
    ...more,
  };
}

describe('a download', () => {
  test('is there, complete and verified, and nothing else is left', async () => {
    const target = path.join(fresh(), 'archive');
    const seen: number[] = [];
    const url = await serve(files([]));
    await download(request(url, target, { onBytes: (bytes) => seen.push(bytes) }));
    expect(fs.readFileSync(target).equals(content)).toBe(true);
    expect(fs.readdirSync(path.dirname(target))).toEqual(['archive']);
    expect(seen.at(-1)).toBe(content.length);
  });

  test('continues where an interrupted one stopped', async () => {
    const target = path.join(fresh(), 'archive');
    const size = (): number => fs.statSync(`${target}.part`, { throwIfNoEntry: false })?.size ?? 0;
    const responses: http.ServerResponse[] = [];
    const broken = await serve((_, response) => {
      responses.push(response);
      response.writeHead(200, { 'content-length': content.length });
      response.write(content.subarray(0, 60_000));
    });
    const interrupted = expect(download(request(broken, target))).rejects.toThrow();
    await expect.poll(size).toBeGreaterThan(0);
    responses[0]?.destroy();
    await interrupted;
    const have = size();
    const ranges: (string | undefined)[] = [];
    await download(request(await serve(files(ranges)), target));
    expect(ranges).toEqual([`bytes=${have}-`]);
    expect(fs.readFileSync(target).equals(content)).toBe(true);
  });

  test('begins anew when the server knows no ranges', async () => {
    const target = path.join(fresh(), 'archive');
    writeFile(`${target}.part`, content.subarray(0, 1000));
    const url = await serve((_, response) => response.end(content));
    await download(request(url, target));
    expect(fs.readFileSync(target).equals(content)).toBe(true);
  });

  test('begins anew when the server refuses the range', async () => {
    const target = path.join(fresh(), 'archive');
    writeFile(`${target}.part`, content.subarray(0, 1000));
    const url = await serve((incoming, response) => {
      response.writeHead(incoming.headers.range === undefined ? 200 : 416);
      response.end(incoming.headers.range === undefined ? content : '');
    });
    await download(request(url, target));
    expect(fs.readFileSync(target).equals(content)).toBe(true);
  });

  test('survives a beginning that was wrong', async () => {
    const target = path.join(fresh(), 'archive');
    writeFile(`${target}.part`, Buffer.alloc(1000, 'x'));
    const ranges: (string | undefined)[] = [];
    await download(request(await serve(files(ranges)), target));
    expect(ranges).toEqual(['bytes=1000-', undefined]);
    expect(fs.readFileSync(target).equals(content)).toBe(true);
  });

  test('with a wrong checksum is deleted, and both sums are named', async () => {
    const target = path.join(fresh(), 'archive');
    const wrong = Buffer.alloc(content.length, 'w');
    const url = await serve(files([], wrong));
    const actual = createHash('sha256').update(wrong).digest('hex');
    const failure = await download(request(url, target)).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(NogilError);
    expect(failure).toMatchObject({ code: 'CHECKSUM_MISMATCH' });
    expect(String(failure)).toContain(`${url} has SHA-256 ${actual}, expected ${checksum}`);
    expect(fs.readdirSync(path.dirname(target))).toEqual([]);
  });

  test('longer than the archive is cut off', async () => {
    const target = path.join(fresh(), 'archive');
    const url = await serve((_, response) => response.end(Buffer.alloc(content.length + 1)));
    await expect(download(request(url, target))).rejects.toThrow(/more than the \d+ bytes/);
  });

  test('is aborted by a signal', async () => {
    const controller = new AbortController();
    const url = await serve(() => {
      controller.abort(new Error('enough'));
    });
    const target = path.join(fresh(), 'archive');
    await expect(download(request(url, target, { signal: controller.signal }))).rejects.toThrow(
      'enough',
    );
  });

  test('goes through the proxy of the environment, without a tunnel', async () => {
    const asked: (string | undefined)[] = [];
    const proxy = await serve((incoming, response) => {
      asked.push(incoming.url);
      response.end(content);
    });
    const target = path.join(fresh(), 'archive');
    await download(request('http://mirror.invalid/a', target, { env: { http_proxy: proxy } }));
    const other = path.join(fresh(), 'archive');
    await download(request('http://mirror.invalid/b', other, { proxies: { http: proxy } }));
    expect(asked).toEqual(['http://mirror.invalid/a', 'http://mirror.invalid/b']);
  });
});

describe('the source archive', () => {
  function archiveRequest(more: Partial<ArchiveRequest> & { url?: string } = {}): ArchiveRequest {
    const folder = fresh();
    return {
      release: {
        version: '9.9.9',
        sha256: checksum,
        bytes: content.length,
        fileName: 'Python-9.9.9.tar.xz',
        debianName: 'python9.9_9.9.9.orig.tar.xz',
        url: more.url ?? 'http://127.0.0.1:1/Python-9.9.9.tar.xz',
        debianPath: 'pool/main/p/python9.9/python9.9_9.9.9.orig.tar.xz',
      },
      layout: cacheLayout(path.join(folder, 'cache')),
      env: {},
      aptFolder: path.join(folder, 'apt'),
      signal: undefined,
      progress: new InstallProgress(),
      ...more,
    };
  }

  test.each(['Python-9.9.9.tar.xz', 'python9.9_9.9.9.orig.tar.xz'])(
    'is taken from NOGIL_SOURCE_CACHE as %s, without a copy',
    async (name) => {
      const file = writeFile(path.join(fresh(), name), content);
      const env = { NOGIL_SOURCE_CACHE: path.dirname(file) };
      expect(await obtainArchive(archiveRequest({ env }))).toBe(file);
    },
  );

  test('is taken from an earlier download', async () => {
    const wanted = archiveRequest();
    const file = writeFile(path.join(wanted.layout.downloads, 'Python-9.9.9.tar.xz'), content);
    expect(await obtainArchive(wanted)).toBe(file);
  });

  test('with a wrong checksum is deleted, and the next source is tried', async () => {
    const bad = writeFile(path.join(fresh(), 'Python-9.9.9.tar.xz'), 'not the archive');
    const wanted = archiveRequest({
      env: { NOGIL_SOURCE_CACHE: path.dirname(bad) },
      url: `${await serve(files([]))}/Python-9.9.9.tar.xz`,
    });
    const file = await obtainArchive(wanted);
    expect(file).toBe(path.join(wanted.layout.downloads, 'Python-9.9.9.tar.xz'));
    expect(fs.existsSync(bad)).toBe(false);
  });

  test("is taken from the mirrors of the machine's apt", async () => {
    const asked: (string | undefined)[] = [];
    const mirror = await serve((incoming, response) => {
      asked.push(incoming.url);
      response.end(content);
    });
    const wanted = archiveRequest();
    writeFile(path.join(wanted.aptFolder, 'sources.list'), `deb ${mirror}/debian stable main\n`);
    await obtainArchive(wanted);
    expect(asked).toEqual(['/debian/pool/main/p/python9.9/python9.9_9.9.9.orig.tar.xz']);
  });

  test('that nobody has: every source with its reason, no passwords, and what to do', async () => {
    const wrong = await serve((_, response) => response.end(Buffer.alloc(content.length)));
    const logins: (string | undefined)[] = [];
    const missing = await serve((incoming, response) => {
      logins.push(incoming.headers.authorization);
      response.writeHead(404);
      response.end();
    });
    const wanted = archiveRequest({ url: `${wrong}/Python-9.9.9.tar.xz` });
    const withPassword = missing.replace('//', '//user:secret@');
    writeFile(
      path.join(wanted.aptFolder, 'sources.list'),
      `deb ${withPassword}/debian stable main\ndeb http://127.0.0.1:1/debian stable main\n`,
    );
    const failure = await obtainArchive(wanted).catch((error: unknown) => error);
    expect(failure).toMatchObject({
      code: 'SOURCE_UNAVAILABLE',
      cause: { code: 'CHECKSUM_MISMATCH' },
    });
    const message = String(failure);
    for (const part of [
      'NOGIL_SOURCE_CACHE: is not set',
      'Python-9.9.9.tar.xz: there is no such file',
      `${wrong}/Python-9.9.9.tar.xz has SHA-256`,
      'the server answered 404',
      '127.0.0.1:1/debian/pool/main/p/python9.9/python9.9_9.9.9.orig.tar.xz: ',
      'set NOGIL_SOURCE_CACHE to a folder that has it',
      'or set NOGIL_PYTHON',
    ]) {
      expect(message).toContain(part);
    }
    expect(message).not.toContain('secret');
    expect(logins).toEqual([`Basic ${btoa('user:secret')}`]);
  });

  test('a password in a URL is not shown', () => {
    expect(displayUrl('https://me:pw@host/a@b')).toBe('https://host/a@b');
  });
});
