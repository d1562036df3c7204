import { afterEach, describe, expect, it } from 'vitest';

import { type InputSource, NogilError, python, type StreamRedirect } from '../src/index.js';

const redirects: StreamRedirect[] = [];
afterEach(() => {
  for (const redirect of redirects.splice(0).reverse()) redirect.restore();
});

function readFrom(source: InputSource, isatty = false): void {
  redirects.push(python.stdin.redirect(source, { isatty }));
}

function run(source: string): unknown {
  return python.toJs(python.run(source, { isolated: true }));
}

describe('sys.stdin reads', () => {
  it('a text to its end', () => {
    readFrom('a\nü😀\nrest');
    expect(run('[input(), input(), input()]')).toEqual(['a', 'ü😀', 'rest']);
    expect(() => run('input()')).toThrow(/EOF/);
  });

  it('bytes as they are', () => {
    readFrom(Uint8Array.of(0, 255, 10, 13, 10));
    expect(run('import sys\nlist(sys.stdin.buffer.read())')).toEqual([0, 255, 10, 13, 10]);
  });

  it('nothing from null', () => {
    readFrom(null);
    expect(run('import sys\n[sys.stdin.read(), sys.stdin.readline()]')).toEqual(['', '']);
  });

  it('lines of a function, which get their ends', () => {
    const lines = ['a', 'b\n', ''];
    readFrom(() => lines.shift());
    expect(run('import sys\nlist(sys.stdin)')).toEqual(['a\n', 'b\n', '\n']);
  });

  it('again behind the end of the file, as from a terminal', () => {
    const given = ['a', null, 'b', null];
    readFrom(() => given.shift() ?? null);
    expect(run('import sys\n[sys.stdin.read(), sys.stdin.read()]')).toEqual(['a\n', 'b\n']);
  });

  it('items of an iterable', () => {
    readFrom(
      (function* () {
        yield 'a';
        yield Uint8Array.of(98, 10);
      })(),
    );
    expect(run('import sys\nsys.stdin.read()')).toBe('a\nb\n');
  });

  it('characters whose bytes come in parts', () => {
    readFrom([...new TextEncoder().encode('ü€😀')].map((byte) => Uint8Array.of(byte)));
    expect(run('import sys\nsys.stdin.read()')).toBe('ü€😀');
  });

  it('more than fits into any buffer', () => {
    readFrom('€'.repeat(100_000));
    expect(run('import sys\nlen(sys.stdin.read())')).toBe(100_000);
  });

  it('for input(), which prompts', () => {
    const lines: string[] = [];
    redirects.push(python.stdout.redirect((line) => lines.push(line)));
    readFrom(() => `answer to ${lines.at(-1) ?? 'nothing'}`);
    expect(run("input('name? ')")).toBe('answer to name? ');
  });

  it('what the redirect below had not read yet, once it is taken away', () => {
    readFrom('outer 1\nouter 2\n');
    expect(run('input()')).toBe('outer 1');
    const inner = python.stdin.redirect('inner');
    expect(run('input()')).toBe('inner');
    inner.restore();
    expect(run('input()')).toBe('outer 2');
  });

  it('for threads and the pool, from the event loop', async () => {
    const lines = ['for the pool'];
    readFrom(() => lines.shift() ?? null);
    expect(await python.callAsync(python.builtins.input as never)).toBe('for the pool');
  });
});

it('isatty() is what JavaScript says', () => {
  readFrom(null);
  expect(run('import sys\nsys.stdin.isatty()')).toBe(false);
  readFrom(null, true);
  expect(run('import sys\nsys.stdin.isatty()')).toBe(true);
});

it('what the source throws is raised where Python reads, and it may be asked again', () => {
  let calls = 0;
  readFrom(() => {
    if (calls++ === 0) throw new Error('no line');
    return 'a line';
  });
  expect(() => run('input()')).toThrow('no line');
  expect(run('input()')).toBe('a line');
});

it('what is no line is refused where Python reads', () => {
  readFrom((() => 1) as never);
  expect(() => run('input()')).toThrow(/gave a number; it gives a string, a Uint8Array, or null/);
  readFrom((() => Promise.resolve('a')) as never);
  expect(() => run('input()')).toThrow(/Python does not wait for promises here/);
});

it('what is no source is refused', () => {
  const redirect = (source: unknown, options?: unknown): unknown =>
    python.stdin.redirect(source as never, options as never);
  for (const source of [undefined, 1, {}, Symbol('s')]) {
    expect(() => redirect(source), typeof source).toThrow(/a source is a string, a Uint8Array/);
  }
  expect(() => redirect(process.stdin)).toThrow(/read it first, and pass its text/);
  expect(() => redirect('', { encoding: 'utf8' })).toThrow(/there is no option encoding/);
  expect(() => redirect('', { isatty: 'yes' })).toThrow(NogilError);
});
