// @ts-check
// A child process that reads a line of JSON for each call and writes one: what programs do that have no bridge.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { serve } from './serve.mjs';
import * as values from '../rows/values.mjs';

const { AT_ONCE, EFFORT, JOBS, LARGE, SMALL } = values;

await serve(() => {
  const program = fileURLToPath(new URL('json-lines.py', import.meta.url));
  const child = spawn(process.env.NOGIL_BENCH_PYTHON ?? 'python3', [program], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  /** @type {{ resolve: (value: any) => void, reject: (error: Error) => void }[]} */
  const waiting = [];
  createInterface({ input: child.stdout }).on('line', (line) => {
    const { result, error } = JSON.parse(line);
    const next = waiting.shift();
    if (error === undefined) next?.resolve(result);
    else next?.reject(new Error(error));
  });
  /** @param {string} name @param {...unknown} args @returns {Promise<any>} */
  const call = (name, ...args) =>
    new Promise((resolve, reject) => {
      waiting.push({ resolve, reject });
      child.stdin.write(`${JSON.stringify([name, args])}\n`);
    });
  /** @param {(i: number) => unknown} run @param {number} [per] */
  const promised = (run, per = 1) => ({ run, per, asynchronous: true });
  /** @param {string} name */
  const bytesFrom = async (name) => Buffer.from(await call('encoded', name), 'base64').byteLength;
  const [small, large] = [SMALL, LARGE].map((bytes) => Buffer.alloc(bytes));

  return {
    first: () => call('add', 1, 2.5),
    work: {
      call: promised((i) => call('add', i, 2.5)),
      sqrt: promised(() => call('sqrt', 2.25)),
      'text-short': promised(() => call('echo', values.shortText)),
      'text-mixed': promised(() => call('echo', values.mixedText)),
      'text-long': promised(() => call('echo', values.longText)),
      list: promised(() => call('echo', values.numbers)),
      dict: promised(() => call('echo', values.record)),
      nested: promised(() => call('echo', values.nested)),
      exception: promised(async () => {
        try {
          return await call('raises');
        } catch (error) {
          return /** @type {Error} */ (error).message;
        }
      }),
      'array-to-small': promised(() => call('nbytes_of_encoded', small?.toString('base64'))),
      'array-to-large': promised(() => call('nbytes_of_encoded', large?.toString('base64'))),
      'array-from-small': promised(() => bytesFrom('small')),
      'array-from-large': promised(() => bytesFrom('large')),
      async: promised((i) => call('add', i, 2.5)),
      'async-many': promised(async (i) => {
        return (await Promise.all(Array.from({ length: AT_ONCE }, () => call('add', i, 2.5))))[0];
      }, AT_ONCE),
      parallel: promised(async () => {
        const all = Array.from({ length: JOBS }, () => call('work', EFFORT));
        return (await Promise.all(all)).reduce((sum, one) => sum + one, 0);
      }, JOBS),
    },
    processes: () => (child.pid === undefined ? [] : [child.pid]),
    close: () => child.stdin.end(),
  };
});
