import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

import { expect, it } from 'vitest';

const entry = pathToFileURL(join(import.meta.dirname, '../dist/index.js')).href;
const PRELUDE = `
  import { Worker } from 'node:worker_threads';
  import { setTimeout as sleep, setImmediate as turn } from 'node:timers/promises';
  import { python } from ${JSON.stringify(entry)};
  python.run(\`
import threading, sys
class Fails:
    def __init__(self, text): self.text = text
    def __del__(self): raise ValueError(self.text)
def fail(text): Fails(text)
\`);
`;
const DEADLINE_MS = 60_000;

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program in a process of its own, which ends by itself. */
function run(program: string): Promise<Ended> {
  const child = spawn(
    process.execPath,
    ['--expose-gc', '--input-type=module', '-e', PRELUDE + program],
    { stdio: ['ignore', 'pipe', 'pipe'], timeout: DEADLINE_MS, killSignal: 'SIGKILL' },
  );
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (data: Buffer) => (stdout += data.toString()));
  child.stderr.on('data', (data: Buffer) => (stderr += data.toString()));
  return new Promise((resolve) => {
    child.on('close', (code) => {
      resolve({ code, stdout, stderr });
    });
  });
}

it('errors that nobody listens to are printed, as Python does', async () => {
  const { code, stderr } = await run(`python.eval('fail')('unheard');`);
  expect(code).toBe(0);
  expect(stderr).toContain('ValueError: unheard');
});

it('a listener does not keep the process, and what it was not told is printed at the end', async () => {
  const { code, stdout, stderr } = await run(`
    python.on('unraisable', ({ error }) => console.log('heard', error.message));
    python.eval('fail')('first');
    await turn(); await turn(); await sleep(50);
    process.on('exit', () => { python.eval('fail')('last'); });
  `);
  expect(code).toBe(0);
  expect(stdout).toContain('heard first');
  expect(stdout).not.toContain('heard last');
  expect(stderr).toContain('ValueError: last');
  expect(stderr).not.toContain('first');
});

it('a listener that throws is an uncaught exception, and later events arrive', async () => {
  const { code, stdout } = await run(`
    process.on('uncaughtException', (error) => console.log('uncaught', error.message));
    let count = 0;
    python.on('unraisable', ({ error }) => {
      count += 1;
      if (count === 1) throw new Error('listener of ' + error.message);
      console.log('heard', error.message);
    });
    const fail = python.eval('fail');
    fail('a'); fail('b');
    while (count < 2) await turn();
  `);
  expect(code).toBe(0);
  expect(stdout).toBe('uncaught listener of a\nheard b\n');
});

it('a worker that ends while it listens leaves the others their events, and Python its hooks', async () => {
  const { code, stdout, stderr } = await run(`
    const worker = new Worker(\`
      const { parentPort } = require('node:worker_threads');
      import(${JSON.stringify(entry)}).then(({ python }) => {
        python.on('unraisable', ({ error, thread }) => parentPort.postMessage(error.message));
        parentPort.postMessage('ready');
        setInterval(() => {}, 1000);
      });
    \`, { eval: true, execArgv: [] });
    const next = () => new Promise((resolve) => worker.once('message', resolve));
    await next();
    const heard = next();
    python.eval('fail')('for the worker');
    console.log('worker heard', await heard);
    await worker.terminate();
    python.eval('fail')('for nobody');
    console.log(python.eval('sys.unraisablehook is sys.__unraisablehook__'));
  `);
  expect({ code, stdout }, stderr).toEqual({
    code: 0,
    stdout: 'worker heard for the worker\ntrue\n',
  });
  expect(stderr).toContain('ValueError: for nobody');
  expect(stderr).not.toContain('for the worker');
});

it('handles and JavaScript objects are as many as before, after scopes, destroy and collections', async () => {
  const { code, stdout, stderr } = await run(`
    const hold = python.run(\`
held = []
def hold(x):
    held.append(x)
def let_go():
    held.clear()
hold\`);
    const letGo = python.eval('let_go');
    const make = python.eval('object');
    class Widget {}
    const counts = () => { const { proxies, objects } = python.leaks({ cycles: false }); return [proxies.length, objects.length]; };
    hold(new Widget()); letGo(); make().destroy(); await turn();
    const settle = async (wanted) => { for (let i = 0; i < 500 && String(counts()) !== String(wanted); i++) { gc(); await sleep(5); } return String(counts()); };
    gc(); await sleep(20); gc(); await sleep(20);
    const before = counts();
    python.scope(() => { for (let i = 0; i < 10_000; i++) make(); });
    console.log('scope', String(counts()) === String(before));
    for (let i = 0; i < 10_000; i++) make().destroy();
    console.log('destroy', String(counts()) === String(before));
    for (let i = 0; i < 10_000; i++) make();
    console.log('collected', await settle(before) === String(before));
    for (let i = 0; i < 1000; i++) hold(new Widget());
    console.log('held', counts()[1] - before[1]);
    letGo();
    console.log('let go', await settle(before) === String(before));
  `);
  expect(stderr).toBe('');
  expect(code).toBe(0);
  expect(stdout).toBe('scope true\ndestroy true\ncollected true\nheld 1000\nlet go true\n');
});

it('memory is flat over a million objects that are made and dropped, with turns of the event loop between', async () => {
  const { code, stdout, stderr } = await run(`
    const make = python.eval('object');
    const ROUNDS = 100, EACH = 10_000;
    const round = async () => { for (let i = 0; i < EACH; i++) make(); await turn(); await turn(); };
    for (let i = 0; i < 30; i++) await round();
    const early = process.memoryUsage().rss;
    let most = 0;
    for (let i = 0; i < ROUNDS - 30; i++) { await round(); most = Math.max(most, process.memoryUsage().rss); }
    console.log(JSON.stringify({ growth: (most - early) / early }));
  `);
  expect(stderr).toBe('');
  expect(code).toBe(0);
  // What the 700 000 hold is about 350 MB; a process is about 150.
  expect((JSON.parse(stdout) as { growth: number }).growth).toBeLessThan(0.75);
});
