/**
 * `npm run load`: the same load on the server with 1 thread of the pool, and with 2. SECONDS (30) says how long each is
 * measured.
 */
import { cpus } from 'node:os';

import autocannon from 'autocannon';

import { serve } from './serve.js';
import type { Figures } from './server.js';

const SECONDS = Number(process.env.SECONDS ?? 30);
/** Enough that no thread is ever without work, and little enough that nothing piles up. */
const CONNECTIONS = 8;
const WARM_UP_SECONDS = 3;
const WORDS = ['sequense', 'iterater', 'functon', 'argumant', 'exeption', 'metod'];
const MIB = 2 ** 20;

interface Measured {
  readonly perSecond: number;
  readonly p99: number;
  readonly errors: number;
  readonly rssBefore: number;
  readonly rssAfter: number;
  readonly eventLoopDelayP99: number;
}

async function figures(origin: string): Promise<Figures> {
  return (await (await fetch(`${origin}/figures`)).json()) as Figures;
}

function load(origin: string, duration: number): Promise<autocannon.Result> {
  const requests = WORDS.map((word) => ({ method: 'GET' as const, path: `/suggest?word=${word}` }));
  return autocannon({ url: origin, connections: CONNECTIONS, duration, requests });
}

async function measure(threads: number): Promise<Measured> {
  const server = await serve(threads);
  console.log(`${server.description}: ${SECONDS} s`);
  await load(server.origin, WARM_UP_SECONDS);
  const before = await figures(server.origin);
  const result = await load(server.origin, SECONDS);
  const after = await figures(server.origin);
  const { code, errors } = await server.stop();
  if (code !== 0) throw new Error(`the server ended with code ${String(code)}: ${errors}`);
  return {
    perSecond: result['2xx'] / result.duration,
    p99: result.latency.p99,
    // Those that did not answer, that answered with another status, and that Python failed.
    errors: result.errors + result.non2xx + after.failures,
    rssBefore: before.rss,
    rssAfter: after.rss,
    eventLoopDelayP99: after.eventLoopDelayP99,
  };
}

function row(threads: number, measured: Measured): Record<string, string | number> {
  return {
    threads,
    'requests/s': measured.perSecond.toFixed(1),
    'latency p99, ms': measured.p99,
    errors: measured.errors,
    'memory before, MiB': (measured.rssBefore / MIB).toFixed(1),
    'memory after, MiB': (measured.rssAfter / MIB).toFixed(1),
    'event loop delay p99, ms': measured.eventLoopDelayP99.toFixed(2),
  };
}

if (!Number.isFinite(SECONDS) || SECONDS < 1) {
  console.error('SECONDS is a number, from 1 on');
  process.exit(2);
}
const processors = cpus();
console.log(
  `Node ${process.version}, ${processors.length} × ${processors[0]?.model ?? 'unknown'}, ${CONNECTIONS} connections`,
);
const one = await measure(1);
const two = await measure(2);
console.table([row(1, one), row(2, two)]);
console.log(
  `2 threads answer ${(two.perSecond / one.perSecond).toFixed(2)} × as many requests as 1`,
);
process.exitCode = one.errors + two.errors === 0 ? 0 : 1;
