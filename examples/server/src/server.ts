import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { monitorEventLoopDelay } from 'node:perf_hooks';

/** The longest word that is looked for, in characters. */
const LONGEST_WORD = 40;
const NS_PER_MS = 1e6;
/** How often the event loop is looked at, in milliseconds. What the histogram records is this much more than the delay. */
const DELAY_RESOLUTION = 10;

/** How the process is, for `GET /figures`. */
export interface Figures {
  /** Resident memory, in bytes. */
  readonly rss: number;
  /** How late the event loop was, of 100 times the worst but one, in milliseconds, since the figures were asked for last. */
  readonly eventLoopDelayP99: number;
  /** Words that Python works on, or that wait for it. */
  readonly pending: number;
  /** Words that were answered. */
  readonly answered: number;
  /** Requests that failed in Python. */
  readonly failures: number;
}

/** A server that can be stopped without losing a request. */
export interface SpellingServer {
  readonly server: Server;
  /** Takes no new requests, answers those it has, then ends. */
  readonly stop: () => Promise<void>;
}

function send(response: ServerResponse, status: number, body: string): void {
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
  });
  response.end(body);
}

function problem(text: string): string {
  return JSON.stringify({ error: text });
}

/**
 * The server; it does not listen yet.
 *
 * @param suggest - what answers: JSON for a word
 */
export function makeServer(suggest: (word: string) => Promise<string>): SpellingServer {
  const delay = monitorEventLoopDelay({ resolution: DELAY_RESOLUTION });
  delay.enable();
  let pending = 0;
  let answered = 0;
  let failures = 0;
  let stopping = false;

  function figures(): Figures {
    const eventLoopDelayP99 = Math.max(0, delay.percentile(99) / NS_PER_MS - DELAY_RESOLUTION);
    delay.reset();
    return { rss: process.memoryUsage.rss(), eventLoopDelayP99, pending, answered, failures };
  }

  async function answer(word: string | null, response: ServerResponse): Promise<void> {
    if (word === null || !/^\p{L}+$/u.test(word) || word.length > LONGEST_WORD) {
      send(response, 400, problem(`GET /suggest?word=…, 1 to ${LONGEST_WORD} letters`));
      return;
    }
    pending += 1;
    try {
      send(response, 200, await suggest(word));
      answered += 1;
    } catch (error) {
      failures += 1;
      console.error(error);
      send(response, 500, problem('Python failed; the log has its traceback'));
    } finally {
      pending -= 1;
    }
  }

  function handle(request: IncomingMessage, response: ServerResponse): void {
    // Else the client would keep the connection, and the server wait for it.
    if (stopping) response.setHeader('connection', 'close');
    response.on('finish', () => {
      if (stopping) request.socket.end();
    });
    const url = new URL(request.url ?? '/', 'http://localhost');
    if (request.method !== 'GET') send(response, 405, problem('only GET'));
    else if (url.pathname === '/suggest') void answer(url.searchParams.get('word'), response);
    else if (url.pathname === '/figures') send(response, 200, JSON.stringify(figures()));
    else send(response, 404, problem('there is /suggest?word=… and /figures'));
  }

  const server = createServer(handle);
  return {
    server,
    stop: () =>
      new Promise((resolve) => {
        stopping = true;
        delay.disable();
        server.close(() => {
          resolve();
        });
        server.closeIdleConnections();
      }),
  };
}
