import { spawn } from 'node:child_process';
import { join } from 'node:path';

import { afterEach, expect, it } from 'vitest';

const runtime = JSON.stringify(join(import.meta.dirname, '../dist/index.cjs'));

const running = new Set<ReturnType<typeof spawn>>();
afterEach(() => {
  for (const child of running) child.kill('SIGKILL');
});

function run(program: string): Promise<[number | null, string]> {
  const child = spawn(process.execPath, ['-e', program], { stdio: ['ignore', 'pipe', 'pipe'] });
  running.add(child);
  let output = '';
  child.stdout.on('data', (data: Buffer) => (output += data.toString()));
  child.stderr.on('data', (data: Buffer) => (output += data.toString()));
  return new Promise((resolve) => {
    child.on('close', (code) => {
      running.delete(child);
      resolve([code, output]);
    });
  });
}

it('modules and what is in them are one for all workers', async () => {
  const [code, output] = await run(`
    const { once } = require('node:events');
    const { Worker } = require('node:worker_threads');
    const { python } = require(${runtime});
    const body = \`
      const { parentPort, threadId } = require('node:worker_threads');
      const { python } = require(${runtime.replaceAll('\\', '\\\\')});
      python.import('state_of_all').add(threadId);
      parentPort.postMessage(python.builtins.id(python.import('state_of_all')));\`;
    (async () => {
      const state = python.module('state_of_all', { register: true, source: [
        'import threading',
        'lock = threading.Lock()',
        'seen = []',
        'def add(n):',
        '    with lock: seen.append(n)',
      ].join('\\n') });
      const workers = Array.from({ length: 4 }, () => new Worker(body, { eval: true }));
      const ids = await Promise.all(workers.map((worker) => once(worker, 'message')));
      const here = python.builtins.id(state);
      console.log(ids.every(([id]) => id === here), [...state.seen].sort().join());
    })();`);
  expect([code, output]).toEqual([0, 'true 1,2,3,4\n']);
});

/**
 * What becomes of 20 workers, by turns. They all use one shared object; those that die do so in the middle of a call or
 * of their JavaScript.
 */
const crowd = `
  const { Worker } = require('node:worker_threads');
  const { python } = require(${runtime});
  const part = (name) => require(require.resolve(name, { paths: [${runtime}] }));
  const { terminateWorker } = part('@nogil/finalizer-guard');
  const { handleStatistics } = part('@nogil/handles');
  python.run(\`
import threading, time
class Board:
    def __init__(self):
        self.lock = threading.Lock()
        self.sums = {}
        self.begun = []
    def work(self, n, turns):
        self.begun.append(n)
        total = 0
        for i in range(turns):
            total += (i * n) % 7
            if i % 50 == 0:
                with self.lock:
                    self.sums[n] = total
        return total
    def spin(self, n):
        self.begun.append(n)
        while True:
            pass
    def call(self, n, callback):
        self.begun.append(n)
        callback()
        raise AssertionError('it came back from a worker that exited')
    def sleep(self, n):
        self.begun.append(n)
        while True:
            time.sleep(0.02)
board = Board()
\`);
  const board = python.eval('board');
  const token = python.share(board);
  const body = \`
    const { parentPort, workerData } = require('node:worker_threads');
    const { python } = require(${runtime.replaceAll('\\', '\\\\')});
    const { n, fate, token } = workerData;
    const board = python.open(token);
    const mine = python.share(python.eval('["of " + str(' + n + ')]'));
    parentPort.postMessage({ mine });
    if (fate === 'spins') board.spin(n);
    else if (fate === 'sleeps') board.sleep(n);
    else if (fate === 'exits') { board.work(n, 500); process.exit(3); }
    else if (fate === 'throws') { board.work(n, 500); throw new Error('uncaught ' + n); }
    else if (fate === 'exits in a callback') board.call(n, () => process.exit(3));
    else parentPort.postMessage({ total: board.work(n, 20000), again: [...python.open(mine)][0] });\`;
  const fates = ['works', 'spins', 'sleeps', 'exits', 'throws', 'exits in a callback', 'works'];
  const expected = (n) => { let total = 0; for (let i = 0; i < 20000; i++) total += (i * n) % 7; return total; };
  (async () => {
    const crew = Array.from({ length: 20 }, (_, i) => {
      const n = i + 1;
      const fate = fates[i % fates.length];
      const worker = new Worker(body, { eval: true, workerData: { n, fate, token } });
      const one = { n, fate, worker, errors: [], exit: new Promise((exited) => worker.on('exit', exited)) };
      worker.on('error', (error) => one.errors.push(error.message));
      worker.on('message', (message) => Object.assign(one, message));
      return one;
    });
    const dies = crew.filter(({ fate }) => fate === 'spins' || fate === 'sleeps');
    while (dies.some(({ n }) => ![...board.begun].includes(n))) await new Promise((done) => setTimeout(done, 20));
    await Promise.all(dies.map(({ worker }) => terminateWorker(worker)));
    const problems = [];
    for (const one of crew) {
      const code = await one.exit;
      const wrong = (what) => problems.push(one.fate + ' ' + one.n + ': ' + what);
      if (one.fate === 'works') {
        if (code !== 0 || one.total !== expected(one.n)) wrong(code + ' ' + one.total);
        if (one.again !== 'of ' + one.n) wrong(one.again);
      }
      if (one.fate.startsWith('exits') && code !== 3) wrong(code);
      if (one.fate === 'throws' && one.errors[0] !== 'uncaught ' + one.n) wrong(one.errors.join());
      if (one.fate !== 'throws' && one.errors.length > 0) wrong(one.errors.join());
      // Each has shared an object before it died: that lives on.
      if ([...python.open(one.mine, { take: true })][0] !== 'of ' + one.n) wrong('its token');
    }
    python.unshare(token);
    const { shared, environments } = handleStatistics();
    console.log(problems.join('\\n') || 'all right', shared, environments.length, board.begun.length);
  })();`;

it('20 workers, of which some die in the middle of a call: the others go on', async () => {
  const [code, output] = await run(crowd);
  expect([code, output]).toEqual([0, 'all right 0 1 20\n']);
}, 60_000);
