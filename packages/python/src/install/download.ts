/**
 * Downloads one file: streamed to `<target>.part`, resumed where an earlier attempt stopped, renamed
 * only after its checksum is right. A file at `target` is therefore always complete and verified.
 */
import fs from 'node:fs';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Agent, EnvHttpProxyAgent, fetch, type Dispatcher, type Response } from 'undici';
import { variable, type Environment } from '../platform.js';
import { checksumMismatch, sha256 } from './checksum.js';

/** What to download. */
export interface DownloadRequest {
  readonly url: string;
  readonly target: string;
  readonly sha256: string;
  /** Exact size; more is cut off as not being the file. */
  readonly bytes: number;
  readonly env: Environment;
  /** Proxies from elsewhere than the environment, which goes first. */
  readonly proxies: { readonly http?: string; readonly https?: string };
  readonly signal: AbortSignal | undefined;
  readonly onBytes: (received: number) => void;
}

/** A URL without the password it may carry, for messages. */
export function displayUrl(url: string): string {
  return url.replace(/\/\/[^/@]*@/, '//');
}

/**
 * Downloads a file.
 *
 * @param request - what, from where, to where
 * @throws NogilError `CHECKSUM_MISMATCH` (what was downloaded is deleted); an Error with a one-line
 *   message when the server cannot be reached or refuses; the file system's error
 */
export async function download(request: DownloadRequest): Promise<void> {
  const part = `${request.target}.part`;
  await fs.promises.mkdir(path.dirname(part), { recursive: true });
  const dispatcher = makeDispatcher(request);
  try {
    const resumed = await receive(request, part, dispatcher);
    let actual = await sha256(part);
    if (actual !== request.sha256 && resumed) {
      // The beginning came from an earlier attempt, which may be what is wrong.
      await fs.promises.rm(part, { force: true });
      await receive(request, part, dispatcher);
      actual = await sha256(part);
    }
    if (actual !== request.sha256) {
      await fs.promises.rm(part, { force: true });
      const source = displayUrl(request.url);
      throw checksumMismatch(source, request.sha256, actual, 'the download was deleted');
    }
    await fs.promises.rename(part, request.target);
  } finally {
    await dispatcher.destroy();
  }
}

function makeDispatcher(request: DownloadRequest): Dispatcher {
  const limits = {
    connect: { timeout: 10_000 },
    headersTimeout: 20_000,
    bodyTimeout: 30_000,
  };
  const read = (name: string): string | undefined =>
    variable(request.env, name) ?? variable(request.env, name.toUpperCase());
  const http = read('http_proxy') ?? request.proxies.http;
  const https = read('https_proxy') ?? request.proxies.https ?? http;
  if (http === undefined && https === undefined) {
    return new Agent(limits);
  }
  return new EnvHttpProxyAgent({
    ...limits,
    httpProxy: http ?? '',
    httpsProxy: https ?? '',
    noProxy: read('no_proxy') ?? '',
    // Caching proxies of package mirrors allow plain requests, and CONNECT to port 443 only.
    proxyTunnel: false,
  });
}

/** Gets the rest of the file; tells whether it continued an earlier attempt. */
async function receive(
  request: DownloadRequest,
  part: string,
  dispatcher: Dispatcher,
): Promise<boolean> {
  const have = fs.statSync(part, { throwIfNoEntry: false })?.size ?? 0;
  if (have === request.bytes) {
    return true;
  }
  const from = have < request.bytes ? have : 0;
  const response = await ask(request, dispatcher, from);
  const resumed = response.status === 206 && continuesAt(response, from);
  if (from > 0 && !resumed && response.status !== 200) {
    await response.body?.cancel();
    await fs.promises.rm(part, { force: true });
    return receive(request, part, dispatcher);
  }
  if (!response.ok || response.body === null) {
    await response.body?.cancel();
    throw new Error(`the server answered ${response.status} ${response.statusText}`.trim());
  }
  let received = resumed ? from : 0;
  const count = async function* (chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const chunk of chunks) {
      received += chunk.length;
      if (received > request.bytes) {
        throw new Error(`the server sent more than the ${request.bytes} bytes of the archive`);
      }
      request.onBytes(received);
      yield chunk;
    }
  };
  const file = fs.createWriteStream(part, { flags: resumed ? 'a' : 'w' });
  const signal = request.signal === undefined ? {} : { signal: request.signal };
  await pipeline(Readable.fromWeb(response.body), count, file, signal).catch((error: unknown) => {
    throw explainNetwork(error, request.signal);
  });
  return resumed;
}

async function ask(
  request: DownloadRequest,
  dispatcher: Dispatcher,
  from: number,
): Promise<Response> {
  const url = new URL(request.url);
  const { username, password } = url;
  url.username = '';
  url.password = '';
  const login = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  try {
    return await fetch(url, {
      dispatcher,
      headers: {
        // fetch refuses URLs with a password; apt's own sources may have one.
        ...(login === ':' ? {} : { authorization: `Basic ${btoa(login)}` }),
        // A compressed transfer would make byte ranges meaningless.
        'accept-encoding': 'identity',
        ...(from > 0 ? { range: `bytes=${from}-` } : {}),
      },
      ...(request.signal === undefined ? {} : { signal: request.signal }),
    });
  } catch (error) {
    throw explainNetwork(error, request.signal);
  }
}

function continuesAt(response: Response, from: number): boolean {
  return response.headers.get('content-range')?.startsWith(`bytes ${from}-`) === true;
}

/** `fetch failed` says nothing; what went wrong is some causes further down. */
function explainNetwork(error: unknown, signal: AbortSignal | undefined): unknown {
  const code = (error as NodeJS.ErrnoException | undefined)?.code;
  if (signal?.aborted === true || code === 'ENOSPC' || code === 'EDQUOT') {
    return error;
  }
  let deepest = error;
  while (deepest instanceof Error && deepest.cause instanceof Error) {
    deepest = deepest.cause;
  }
  const message = deepest instanceof Error ? deepest.message : String(deepest);
  return new Error(message === '' ? 'the connection failed' : message, { cause: error });
}
