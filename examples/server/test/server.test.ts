/** The built server, in a process of its own. */
import { once } from 'node:events';
import { Agent, get, type IncomingMessage } from 'node:http';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { serve, type Served } from '../src/serve.js';
import type { Figures } from '../src/server.js';

let server: Served;

beforeEach(async () => {
  server = await serve(2);
});
afterEach(() => {
  server.child.kill('SIGKILL');
});

async function ask(path: string, options: RequestInit = {}): Promise<[number, unknown]> {
  const response = await fetch(server.origin + path, options);
  return [response.status, await response.json()];
}

const sequence = [
  200,
  { word: 'sequense', suggestions: expect.arrayContaining(['sequence']) as string[] },
];

describe('the server', () => {
  it('answers with what Python computes', async () => {
    expect(await ask('/suggest?word=sequense')).toEqual(sequence);
    expect(await ask('/suggest?word=Iterater')).toMatchObject([200, { word: 'iterater' }]);
    expect(await ask('/suggest?word=zzzzzzzz')).toEqual([
      200,
      { word: 'zzzzzzzz', suggestions: [] },
    ]);
  });

  it('answers many at once, each with its own, and none fails', async () => {
    const words = ['sequense', 'iterater', 'functon', 'argumant'];
    const alone = await Promise.all(words.map((word) => ask(`/suggest?word=${word}`)));
    const all = await Promise.all(
      Array.from({ length: 200 }, (_, i) => ask(`/suggest?word=${words[i % words.length] ?? ''}`)),
    );
    for (const [i, answer] of all.entries()) expect(answer).toEqual(alone[i % words.length]);
    const [, figures] = (await ask('/figures')) as [number, Figures];
    expect(figures.failures).toBe(0);
    expect(figures.rss).toBeGreaterThan(0);
  });

  it('refuses what it cannot answer', async () => {
    for (const path of [
      '/suggest',
      '/suggest?word=',
      '/suggest?word=a%20b',
      `/suggest?word=${'a'.repeat(41)}`,
    ]) {
      expect(await ask(path)).toMatchObject([
        400,
        { error: expect.stringContaining('/suggest?word=') as string },
      ]);
    }
    expect((await ask('/elsewhere'))[0]).toBe(404);
    expect((await ask('/suggest?word=ab', { method: 'POST' }))[0]).toBe(405);
  });

  it('answers what it has before SIGTERM ends it', async () => {
    const agent = new Agent({ keepAlive: true });
    const requests = Array.from({ length: 40 }, () => {
      const request = get(`${server.origin}/suggest?word=sequense`, { agent });
      return once(request, 'response') as Promise<[IncomingMessage]>;
    });
    for (;;) {
      const [, { pending, answered }] = (await ask('/figures')) as [number, Figures];
      if (pending + answered === requests.length) break;
    }
    const stopped = server.stop();
    for (const request of requests) {
      const [response] = await request;
      let body = '';
      for await (const data of response) body += String(data);
      expect([response.statusCode, JSON.parse(body)]).toEqual(sequence);
    }
    expect(await stopped).toEqual({ code: 0, errors: '' });
    await expect(fetch(server.origin)).rejects.toThrow();
    agent.destroy();
  });
});
