import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

import { afterEach, expect, it } from 'vitest';

const entry = pathToFileURL(join(import.meta.dirname, '../dist/index.js')).href;

const running = new Set<ReturnType<typeof spawn>>();
afterEach(() => {
  for (const child of running) child.kill('SIGKILL');
});

/** Runs a program; what it wrote, and its exit code. */
function run(program: string, env: NodeJS.ProcessEnv = {}): Promise<[number | null, string]> {
  const text = `import { python } from ${JSON.stringify(entry)};\n${program}`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', text], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
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

it('rejects what is pending when Python is shut down, running and queued', async () => {
  const [code, output] = await run(`
    python.parallel.size = 2;
    python.run('def spin():\\n  while True: pass');
    const spin = python.eval('spin');
    const calls = Array.from({ length: 6 }, () => spin.callAsync());
    calls.push(python.parallel.map(python.eval('lambda x: spin()'), [1, 2, 3]));
    calls.push(python.callAsync(spin, [], { timeout: 100_000 }));
    const codes = Promise.allSettled(calls);
    await new Promise((done) => setTimeout(done, 50));
    const finalized = python.shutdown();
    const all = await codes;
    console.log(finalized, all.map(({ reason }) => reason.code ?? reason.type).join(' '));
    await spin.callAsync().catch((error) => console.log(error.code));`);
  expect(output).toMatch(/^(true|false) /);
  const reasons = output.split('\n')[0]?.split(' ').slice(1) ?? [];
  expect(reasons).toHaveLength(8);
  for (const reason of reasons) expect(reason).toMatch(/^(PYTHON_SHUT_DOWN|KeyboardInterrupt)$/);
  expect(output).toMatch(/^PYTHON_SHUT_DOWN$/m);
  expect(code).toBe(0);
});

it('stays up for what is pending, and no longer', async () => {
  const [code, output] = await run(`
    const sleep = python.import('time').sleep;
    sleep.callAsync(0.2).then(() => console.log('slept'));
    console.log(await Promise.resolve('begun'));`);
  expect([code, output]).toEqual([0, 'begun\nslept\n']);
});

it('ends while threads of the pool compute', async () => {
  const [code, output] = await run(`
    python.run('def spin():\\n  while True: pass');
    for (let i = 0; i < 5; i++) python.eval('spin').callAsync().catch(() => undefined);
    setTimeout(() => { console.log('over'); process.exit(3); }, 50);`);
  expect([code, output]).toEqual([3, 'over\n']);
});

it('says nothing of jobs that its own end interrupts outside of what they call', async () => {
  const [code, output] = await run(`
    python.run(\`
import gc
submit = [o for o in gc.get_objects() if type(o).__name__ == 'function' and o.__name__ == 'pool_call'][0].__globals__
def spin():
  while True: pass\`);
    await python.eval('len').callAsync([]);
    python.run("submit['_pool_submit'](spin)");
    setTimeout(() => { console.log('over'); process.exit(3); }, 50);`);
  expect([code, output]).toEqual([3, 'over\n']);
});

it('has as many threads as the environment says', async () => {
  expect(await run('console.log(python.parallel.size)', { NOGIL_THREADS: '7' })).toEqual([
    0,
    '7\n',
  ]);
  const [, output] = await run('console.log(python.parallel.size)', { NOGIL_THREADS: 'many' });
  expect(output).toMatch(/NOGIL_THREADS is 'many'/);
  const started = 'python.start({ threads: 5 }); console.log(python.parallel.size)';
  expect(await run(started, { NOGIL_THREADS: '7' })).toEqual([0, '5\n']);
});

it.skipIf(process.platform === 'win32')('refuses in a forked child', async () => {
  const [code, output] = await run(`
    python.run(\`
import os, gc
submit = [o for o in gc.get_objects() if type(o).__name__ == 'function' and o.__name__ == 'pool_call'][0].__globals__\`);
    await python.eval('len').callAsync([]);
    console.log(python.run(\`
read, write = os.pipe()
child = os.fork()
if child == 0:
    try:
        submit['_pool_submit'](len)
        os.write(write, b'submitted')
    except BaseException as error:
        os.write(write, str(error).encode())
    finally:
        os._exit(0)
os.waitpid(child, 0)
os.read(read, 1000).decode()\`));
    process.exit(0);`);
  expect(output).toMatch(/forked child/);
  expect(code).toBe(0);
});
