/** With a GIL: what JavaScript's collector finds is let go by a thread of the core's. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

import { afterEach, expect, it } from 'vitest';

const entry = pathToFileURL(join(import.meta.dirname, '../dist/index.js')).href;

const running = new Set<ReturnType<typeof spawn>>();
afterEach(() => {
  for (const child of running) child.kill('SIGKILL');
});

const PRELUDE = `
import { python } from ${JSON.stringify(entry)};
import { isMainThread, Worker } from 'node:worker_threads';
const sleep = (ms) => new Promise((done) => setTimeout(done, ms));
if (isMainThread) python.run(\`
import sys, threading
class Mourned:
    ends = []
    def __del__(self):
        Mourned.ends.append(threading.get_ident())
sys.Mourned = Mourned
\`);
const make = python.import('sys').Mourned;
const { ends } = make;
`;

/** Runs a module with the GIL on, whatever build it is; what it wrote. */
function run(program: string): Promise<string> {
  const child = spawn(
    process.execPath,
    ['--expose-gc', '--input-type=module', '-e', PRELUDE + program],
    { env: { ...process.env, PYTHON_GIL: '1' }, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  running.add(child);
  let output = '';
  child.stdout.on('data', (data: Buffer) => (output += data.toString()));
  child.stderr.on('data', (data: Buffer) => (output += data.toString()));
  return new Promise((resolve) => {
    child.on('close', () => {
      running.delete(child);
      resolve(output);
    });
  });
}

it('the event loop goes on while C code keeps the GIL', async () => {
  const output = await run(`
    const keepGil = python.eval('lambda n: sum(range(n))');
    let count = 1_000_000;
    let took = 0;
    while (took < 200) {
      count *= 2;
      const begun = performance.now();
      keepGil(count);
      took = performance.now() - begun;
    }
    let kept = Array.from({ length: 2000 }, () => make());
    let longest = 0;
    let last = performance.now();
    const look = () => {
      const now = performance.now();
      longest = Math.max(longest, now - last);
      last = now;
    };
    const timers = [setInterval(look, 5), setInterval(() => { kept = undefined; gc(); }, 50)];
    const begun = performance.now();
    await keepGil.callAsync(10 * count); // about two seconds
    look();
    const all = performance.now() - begun;
    while (ends.length < 2000) await sleep(10);
    timers.forEach(clearInterval);
    console.log(longest < all / 2 ? 'went on' : \`stood still for \${longest} of \${all} ms\`);`);
  expect(output).toBe('went on\n');
});

it('what an environment has left at its end is let go by then', async () => {
  const output = await run(`
    const worker = new Worker(
      ${JSON.stringify(PRELUDE)} +
        \`
          let kept = Array.from({ length: 2000 }, () => make());
          await sleep(1);
          kept = undefined;
          gc();
          await sleep(1);
        \`,
      { eval: true, type: 'module' },
    );
    await new Promise((done) => worker.on('exit', done));
    console.log(ends.length);`);
  expect(output).toBe('2000\n');
});
