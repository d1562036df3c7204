import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

import { afterEach, describe, expect, it } from 'vitest';

const url = (path: string): string =>
  JSON.stringify(pathToFileURL(join(import.meta.dirname, path)).href);

/** What every program begins with. Each has a process of its own: they end threads, or Python. */
const PRELUDE = `
  import { Worker, isMainThread, parentPort } from 'node:worker_threads';
  import { setTimeout as sleep } from 'node:timers/promises';
  import { python } from ${url('../dist/index.js')};
  import { loadCore } from ${url('../../abi/dist/index.js')};
  const figures = () => loadCore().bufferStatistics();
  const worker = (code, end) => new Promise((resolve, reject) => {
    const made = new Worker('(async () => {' +
      'const { python } = await import(' + JSON.stringify(${url('../dist/index.js')}) + ');' +
      'const { parentPort } = await import("node:worker_threads");' +
      code + '})()', { eval: true });
    made.on('message', (message) => { if (message === 'ready' && end) void made.terminate(); });
    made.on('error', reject);
    made.on('exit', resolve);
  });
  const say = (value) => process.stdout.write(JSON.stringify(value) + '\\n');
`;

const running = new Set<ChildProcess>();
afterEach(() => {
  for (const child of running) child.kill('SIGKILL');
});

function run(program: string): Promise<string> {
  const child = spawn(
    process.execPath,
    ['--expose-gc', '--input-type=module', '-e', PRELUDE + program],
    { env: process.env, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  running.add(child);
  let output = '';
  let errors = '';
  child.stdout.on('data', (data: Buffer) => (output += data.toString()));
  child.stderr.on('data', (data: Buffer) => (errors += data.toString()));
  return new Promise((resolve, reject) => {
    child.on('close', (code, signal) => {
      running.delete(child);
      if (code === 0) resolve(output);
      else reject(new Error(`ended with ${String(code ?? signal)}:\n${errors}`));
    });
  });
}

describe('views that JavaScript drops', () => {
  it('give the memory back, once the last of them is collected', async () => {
    const program = `
      const before = figures().exports;
      python.run('many = [bytearray(1000) for _ in range(500)]');
      const parts = [];
      for (const array of python.eval('many')) {
        parts.push(array.getBuffer('u8').data.subarray(10, 20));
        array.destroy();
      }
      gc(); await sleep(5); gc(); await sleep(5);
      say(figures().exports - before);
      parts.length = 0;
      while (figures().exports > before) { gc(); await sleep(5); }
      python.run('for each in many: each.append(1)');
      say('grown');
    `;
    expect(await run(program)).toBe('500\n"grown"\n');
  });

  it('while others are released by hand, and Python lets go meanwhile', async () => {
    const program = `
      const before = figures().exports;
      const make = python.run('def make(n): return bytearray(n)\\nmake');
      for (let round = 0; round < 200; round++) {
        for (let i = 0; i < 20; i++) {
          const array = make(100 + i);
          const buffer = array.getBuffer('u8');
          buffer.data.fill(i);
          if (i % 3 === 0) array.destroy();
          if (i % 2 === 0) buffer.release();
          if (i % 7 === 0) buffer.release();
        }
        if (round % 20 === 0) { gc(); await sleep(0); }
      }
      while (figures().exports > before) { gc(); await sleep(5); }
      say('none');
    `;
    expect(await run(program)).toBe('"none"\n');
  });
});

describe('a thread that ends', () => {
  it.each([false, true])('gives back what it had of Python’s (terminated: %s)', async (end) => {
    const program = `
      python.run('shared = bytearray(1000)');
      for (let i = 0; i < 3; i++) {
        await worker(\`
          const shared = python.eval('shared');
          globalThis.views = [shared.getBuffer(), shared.getBuffer()];
          parentPort.postMessage('ready');
          if (${String(end)}) setInterval(() => {}, 1000);
        \`, ${String(end)});
      }
      say([figures().exports, python.run('shared.append(1); len(shared)')]);
    `;
    expect(await run(program)).toBe('[0,1001]\n');
  });

  it.each([false, true])('leaves Python what it gave it (terminated: %s)', async (end) => {
    const program = `
      python.run(\`
import threading
held, stop = [], False
def hold(x): held.append(memoryview(x))
def read():
    while not stop:
        for each in list(held):
            assert each[0] == each[-1] == 5
reader = threading.Thread(target=read)
reader.start()
\`);
      for (let i = 0; i < 5; i++) {
        await worker(\`
          const hold = python.eval('hold');
          hold(new Float64Array(1 << 18).fill(5));
          hold(new Int32Array(new SharedArrayBuffer(1 << 20)).fill(5));
          hold(new Int32Array(python.alloc(1 << 20)).fill(5));
          parentPort.postMessage('ready');
          if (${String(end)}) setInterval(() => {}, 1000);
        \`, ${String(end)});
      }
      python.run('stop = True; reader.join()');
      say(python.eval('(len(held), all(each[100] == 5 for each in held))').toString());
    `;
    expect(await run(program)).toBe('"(15, True)"\n');
  });

  it('may end while others use memory that it made with python.alloc', async () => {
    const program = `
      python.run('memory = None\\ndef keep(x):\\n  global memory\\n  memory = x');
      await worker(\`
        const values = new Int32Array(python.alloc(4096));
        values[0] = 1;
        python.eval('keep')(values);
      \`);
      const view = python.eval('memory').getBuffer('i32').data;
      await Promise.all([1, 2, 3, 4].map(() => worker(\`
        const { data } = python.eval('memory').getBuffer('i32');
        for (let i = 0; i < 1000; i++) Atomics.add(data, 0, 1);
      \`)));
      python.run(\`
import threading
def write(i): memory[i] = i
threads = [threading.Thread(target=write, args=(i,)) for i in range(1, 9)]
for each in threads: each.start()
for each in threads: each.join()
\`);
      say([view[0], ...view.slice(1, 9)]);
    `;
    expect(await run(program)).toBe('[4001,1,2,3,4,5,6,7,8]\n');
  });
});

describe('the end of Python', () => {
  it('leaves views that can be read, and released', async () => {
    const program = `
      const buffer = python.eval('bytearray(b"abc")').getBuffer('u8');
      const other = python.eval('bytearray(b"abc")').getBuffer('u8');
      python.eval('lambda x: None')(new Float64Array(3));
      say(python.shutdown());
      say([...buffer.data]);
      buffer.release();
      say(other.data.length);
      gc();
      await sleep(1);
    `;
    expect(await run(program)).toBe('true\n[97,98,99]\n3\n');
  });

  it('comes while Python’s threads use memory of JavaScript’s', async () => {
    const program = `
      python.run(\`
import threading
held = []
def hold(x): held.append(memoryview(x))
def read():
    while True:
        for each in list(held):
            each[0], each[-1]
\`);
      const hold = python.eval('hold');
      for (let i = 0; i < 4; i++) {
        hold(new Float64Array(1 << 18));
        hold(new Float64Array(new SharedArrayBuffer(1 << 20)));
      }
      python.run('for _ in range(3): threading.Thread(target=read, daemon=True).start()');
      say('ending');
    `;
    for (let i = 0; i < 5; i++) expect(await run(program)).toBe('"ending"\n');
  });

  it('comes when a worker is at it, and the process exits', async () => {
    const program = `
      python.run('data = bytearray(1 << 20)');
      void worker(\`
        for (;;) {
          const buffer = python.eval('data').getBuffer('u8');
          buffer.data.fill(1);
          python.eval('lambda x: len(x)')(buffer.data);
          if (Math.random() < 0.5) buffer.release();
          parentPort.postMessage('at it');
        }
      \`).catch(() => {});
      await sleep(300);
      say('exit');
      process.exit(0);
    `;
    expect(await run(program)).toBe('"exit"\n');
  });
});
