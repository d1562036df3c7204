import { spawnSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { python } from '../src/index.js';
import { check } from './jsproxy.js';

const runtime = join(import.meta.dirname, '../dist/index.cjs');

describe('recursion without end', () => {
  it('through getters of both languages is an error in both, and life goes on', () => {
    class Endless {
      depth = 0;
      get deeper(): unknown {
        this.depth += 1;
        return read(this);
      }
    }
    const read = python.eval('lambda x: x.deeper') as (x: unknown) => unknown;
    const endless = new Endless();
    expect(() => read(endless)).toThrow();
    expect(endless.depth).toBeGreaterThan(20);
    check(`assert x.depth > 20`, endless);
  });

  it('in methods of JavaScript that Python catches goes on there', () => {
    class Endless {
      again(): unknown {
        return again(this);
      }
    }
    const again = python.run(`
def again(x):
    try:
        return x.again()
    except Exception as error:
        return 'caught ' + type(error).__name__
again`) as (x: unknown) => unknown;
    expect(again(new Endless())).toMatch(/^caught/u);
  });

  it('in a worker with a small stack is an error, too', { timeout: 120_000 }, () => {
    const file = join(mkdtempSync(join(tmpdir(), 'nogil-')), 'main.cjs');
    writeFileSync(
      file,
      `
const { Worker, isMainThread } = require('node:worker_threads');
if (isMainThread) {
  const worker = new Worker(__filename, { resourceLimits: { stackSizeMb: 1 } });
  worker.on('error', (error) => { console.log('failed', error.message); process.exitCode = 1; });
} else {
  const { python } = require(${JSON.stringify(runtime)});
  const call = python.eval('lambda f: f()');
  let depth = 0;
  const endless = () => { depth += 1; return call(endless); };
  try { endless(); console.log('ended'); } catch (error) { console.log('error', error.name); }
  console.log(depth > 5, call(() => 'alive'));
}`,
    );
    const { stdout, status } = spawnSync(process.execPath, [file], { encoding: 'utf8' });
    expect(stdout).toMatch(/^error \w+\ntrue alive\n$/u);
    expect(status).toBe(0);
  });
});
