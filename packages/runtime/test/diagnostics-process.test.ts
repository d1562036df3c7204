import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

const runtime = JSON.stringify(join(import.meta.dirname, '../dist/index.cjs'));

/** Runs a program that may `tell` things; what it told. */
function run(program: string): unknown[] {
  const text = `
    const { subscribe } = require('node:diagnostics_channel');
    const { Worker } = require('node:worker_threads');
    const { python } = require(${runtime});
    const tell = (...what) => console.log(JSON.stringify(what));
    ${program}`;
  const output = execFileSync(process.execPath, ['-e', text], { encoding: 'utf8' });
  return output
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as unknown);
}

describe('nogil:start', () => {
  it('comes once for each JS thread that uses Python, when that can be used', () => {
    const told = run(`
      subscribe('nogil:start', ({ threadId, python: info }) =>
        tell('main', threadId, info.version === python.info().version));
      tell('nothing yet');
      python.eval('1');
      python.eval('2');
      new Worker(\`
        const { parentPort } = require('node:worker_threads');
        require('node:diagnostics_channel').subscribe('nogil:start', ({ threadId }) => parentPort.postMessage(threadId));
        require(${runtime.replaceAll('\\', '\\\\')}).python.eval('1');\`, { eval: true })
        .on('message', (threadId) => tell('worker', threadId));`);
    expect(told).toEqual([['nothing yet'], ['main', 0, true], ['worker', 1]]);
  });
});

describe('nogil:shutdown', () => {
  it('comes at the end of the process, while Python can still be asked', () => {
    const told = run(`
      subscribe('nogil:shutdown', ({ reason, finalized }) =>
        tell(reason, finalized === undefined, python.inspect().environments.length));
      python.eval('1');`);
    expect(told).toEqual([['exit', true, 1]]);
  });

  it('comes once where Python is shut down before', () => {
    const told = run(`
      subscribe('nogil:shutdown', (message) => tell(message));
      python.eval('1');
      python.shutdown();
      try { python.inspect(); } catch (error) { tell(error.code); }`);
    expect(told).toEqual([[{ reason: 'shutdown', finalized: true }], ['PYTHON_SHUT_DOWN']]);
  });
});

describe('a subscriber that throws', () => {
  it('is an uncaught exception, and disturbs nobody', () => {
    const told = run(`
      process.on('uncaughtException', (error) => tell(error.message));
      subscribe('nogil:start', () => { throw new Error('of the subscriber'); });
      tell(python.eval('1 + 1'));`);
    expect(told).toEqual([[2], ['of the subscriber']]);
  });
});

describe('python.inspect()', () => {
  it('sees what workers do while they come and go', () => {
    const told = run(`
      python.run('import time');
      const body = \`
        const { python } = require(${runtime.replaceAll('\\', '\\\\')});
        for (let i = 0; i < 50; i++) python.eval('sum(range(2000))');\`;
      let ended = 0;
      let seen = 0;
      for (let i = 0; i < 12; i++) new Worker(body, { eval: true }).on('exit', () => ended++);
      const look = () => {
        const { environments, threads } = python.inspect();
        const known = new Set(threads.map(({ environment }) => environment));
        seen = Math.max(seen, environments.length);
        // One that is just ending has no thread any more.
        if (!known.has(environments[0].number)) tell('this thread is not there');
        if (ended < 12) setImmediate(look);
        else tell('done', seen > 1, python.inspect().environments.length);
      };
      look();`);
    expect(told).toEqual([['done', true, 1]]);
  });
});
