/**
 * JavaScript that its engine terminates and then goes on without: the timeout of `node:vm`, Ctrl-C in Node's own
 * read-eval-print loop. No `catch` and no `finally` runs, wherever it is; what is open here has to stay whole without.
 */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { runInThisContext } from 'node:vm';

import { describe, expect, it } from 'vitest';

import { kw, python } from '../src/index.js';
import type { PyProxy } from '../src/index.js';

const runtime = join(import.meta.dirname, '../dist/index.cjs');

python.run(`
def add(a, b): return a + b
def collect(call, count): return [call(i) for i in range(count)]
class Point:
    def __init__(self): self.x = 1
    def moved(self, by): return self.x + by
point = Point()
`);
const names = ['add', 'collect', 'Point', 'point'];
const used = Object.fromEntries(names.map((name) => [name, python.eval(name) as PyProxy]));
const { add, collect, point } = used as Record<string, PyProxy>;
Object.assign(globalThis, used, { python, kw });

/** What would show frames, staged texts or batches that are out of step. */
function expectSound(): void {
  expect(add?.(1, 2)).toBe(3);
  expect(add?.('äé', '日')).toBe('äé日');
  expect(add?.(2n ** 80n, 1)).toBe(2n ** 80n + 1n);
  expect([...(add?.([1, { a: 'b' }], [[2]]) as Iterable<unknown>)]).toHaveLength(3);
  expect([...(collect?.((i: number) => i * 2, 4) as Iterable<unknown>)]).toEqual([0, 2, 4, 6]);
  expect((point as unknown as { moved(by: number): unknown }).moved(3)).toBe(4);
  expect(() => add?.(1, 'x')).toThrow(python.errors.TypeError);
}

describe('JavaScript that is terminated', () => {
  it.each([
    'add(1, 2)',
    'add("h\u00e4" + "x".repeat(300), "\u65e5\u672c")',
    'add(2n ** 80n, 1n)',
    'add([1, [2, "x"], { a: 1 }], [4])',
    'point.x = point.moved(0)',
    'new Point()',
    'collect((i) => i, 10)',
    'try { add(1, "x") } catch {}',
    'python.eval("1 + 1")',
    'python.builtins.dict(kw({ a: [1], b: "x" }))',
    'python.builtins.bytes(new Uint8Array(100))',
    'for (const x of python.eval("range(20)")) ;',
    'add.callAsync(1, 2)',
    'python.ref({})',
  ])('leaves Python as it was in %s', (body) => {
    for (let i = 0; i < 20; i++) {
      const code = `for (;;) { ${body} }`;
      expect(() => runInThisContext(code, { timeout: 1 + (i % 3) })).toThrow(/timed out/);
      expectSound();
    }
  });

  it('while Python starts can start it again', () => {
    for (const timeout of [1, 5, 10, 20, 30, 50]) {
      const program = `
        globalThis.python = require(${JSON.stringify(runtime)}).python;
        try { require('vm').runInThisContext('python.eval("1")', { timeout: ${timeout} }); } catch {}
        console.log(python.eval('40 + 2'));`;
      const output = execFileSync(process.execPath, ['-e', program], { encoding: 'utf8' });
      expect(output).toBe('42\n');
    }
  });
});
