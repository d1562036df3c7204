import { expect, it } from 'vitest';

import { ends, endsFromScratch, entry } from './ending-program.js';

/** A worker that runs this module. */
function workerOf(source: string): string {
  const module = `
    import { parentPort } from 'node:worker_threads';
    import { python } from ${JSON.stringify(entry)};
    ${source}`;
  return `new Worker(new URL('data:text/javascript,' + encodeURIComponent(${JSON.stringify(module)})))`;
}

it('lines of both languages come in the order in which they were written', async () => {
  const { stdout } = await ends(`
    for (let i = 0; i < 100; i++) {
      python.run('print("python")');
      console.log('javascript');
    }`);
  expect(stdout).toBe(`buffered\n${'python\njavascript\n'.repeat(100)}atexit\n`);
});

it('to process.stdout they come in the order of the program, with what JavaScript writes', async () => {
  const { stdout } = await ends(`
    python.stdout.redirect(process.stdout);
    python.run('print("a")\\nprint("b", end="")');
    process.stdout.write('c ');
    python.run('print("d")');`);
  expect(stdout).toBe('buffered\na\nc bd\natexit\n');
});

it('nothing is lost in a pipe that is full, and that the host made non-blocking', async () => {
  const bytes = 4 << 20;
  const { stdout, code } = await ends(`
    process.stdout.write('');
    python.run("for i in range(64): sys.stdout.write('x' * ${bytes / 64})");`);
  expect(code).toBe(0);
  expect(stdout.length).toBe('buffered\natexit\n'.length + bytes);
});

it('each worker has its own, and that of one that is terminated keeps nobody', async () => {
  const { stdout, code, stderr } = await ends(`
    const worker = ${workerOf(`
      python.stdout.redirect((line) => parentPort.postMessage('worker: ' + line));
      python.run('print("one")');
      setInterval(() => {}, 1000);`)};
    const lines = [];
    python.stdout.redirect((line) => lines.push('main: ' + line));
    worker.on('message', async (line) => {
      lines.push(line);
      python.run('print("two")');
      await worker.terminate();
      python.run('print("three")');
      process.stdout.write(lines.join('|') + '\\n');
    });`);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toContain('worker: one|main: two|main: three\n');
});

it('what a thread writes for a worker that has ended goes where it went without it', async () => {
  const { stdout, stderr } = await ends(`
    const worker = ${workerOf(`
      python.stdout.redirect((line) => parentPort.postMessage(line));
      python.run(\`
import threading
go, gone = threading.Event(), threading.Event()
def work():
    go.wait()
    print('late')
    gone.set()
threading.Thread(target=work).start()
\`);`)};
    worker.on('exit', () => python.run('go.set()\\n_ = gone.wait()'));`);
  expect(stderr).toBe('');
  expect(stdout).toContain('late\n');
});

it('what is held at the end reaches its target, or else where it went without one', async () => {
  const { stdout, stderr } = await ends(`
    import { writeSync } from 'node:fs';
    python.stdout.redirect((line) => writeSync(1, '[' + line + ']\\n'));
    python.run('print("held", end="")');
    process.exit();`);
  expect(stderr).toBe('');
  expect(stdout).toBe('buffered\n[held]\natexit\n');
});

it('what atexit callbacks print does not wait for JavaScript', async () => {
  const { stdout, code } = await endsFromScratch(`
    import { python } from ${JSON.stringify(entry)};
    python.stdout.redirect(() => {});
    python.run('import atexit\\natexit.register(print, "at exit")');
    process.exit(3);`);
  expect({ stdout, code }).toEqual({ stdout: 'at exit\n', code: 3 });
});

it('a target that throws for what is held at the end does not keep the process', async () => {
  const { code, stderr } = await ends(`
    python.stdout.redirect(() => { throw new Error('refused at the end'); });
    python.run('print("held", end="")');`);
  expect(code).not.toBe(null);
  expect(stderr).toContain('refused at the end');
});

it('a forked child of Python writes where Python wrote first', async () => {
  const { stdout } = await ends(`
    python.stdout.redirect(() => {});
    python.run(\`
import multiprocessing
process = multiprocessing.get_context('fork').Process(target=print, args=('child',), kwargs={'flush': True})
process.start()
process.join()
\`);`);
  expect(stdout).toContain('child\n');
});

it('an interactive session under a redirected stdin ends with its end', async () => {
  const { stdout, stderr } = await ends(`
    const lines = ['x = 6 * 7', 'print(x)'];
    python.stdin.redirect(() => lines.shift() ?? null);
    python.run('import code\\ncode.interact(banner="", exitmsg="", local={})');`);
  expect(stdout).toContain('42\n');
  expect(stdout).toContain('>>> ');
  expect(stderr).toBe('\n'); // as at a terminal
});
