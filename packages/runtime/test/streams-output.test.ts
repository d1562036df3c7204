import { PassThrough, Writable } from 'node:stream';

import { afterEach, describe, expect, it, vi } from 'vitest';

import { NogilError, type PyAny, python, type StreamRedirect } from '../src/index.js';

const redirects: StreamRedirect[] = [];
afterEach(() => {
  for (const redirect of redirects.splice(0).reverse()) redirect.restore();
});

function kept<Redirect extends StreamRedirect>(redirect: Redirect): Redirect {
  redirects.push(redirect);
  return redirect;
}

/** Runs Python in a namespace of its own. */
function run(source: string): PyAny {
  return python.run(source, { isolated: true });
}

/** Lines that Python prints from now on. */
function linesOf(stream: 'stdout' | 'stderr' = 'stdout'): string[] {
  const lines: string[] = [];
  kept(python[stream].redirect((line) => lines.push(line)));
  return lines;
}

async function turns(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve));
}

describe('a function gets', () => {
  it('whole lines without their ends, and the rest at a flush', () => {
    const lines = linesOf();
    run("import sys\nprint('a\\n\\nb', end='')");
    expect(lines).toEqual(['a', '']);
    run("print('c\\r')");
    expect(lines).toEqual(['a', '', 'bc\r']);
    run("print('rest', end='', flush=True)");
    expect(lines).toEqual(['a', '', 'bc\r', 'rest']);
  });

  it('the rest of a line at restore()', () => {
    const lines: string[] = [];
    const redirect = python.stdout.redirect((line) => lines.push(line));
    run("print('rest', end='')");
    expect(lines).toEqual([]);
    redirect.restore();
    redirect.restore();
    expect(lines).toEqual(['rest']);
  });

  it('text as Python writes it', () => {
    const pieces: string[] = [];
    kept(python.stdout.redirect((text) => pieces.push(text), { mode: 'text' }));
    run("import sys\n_ = sys.stdout.write('a')\n_ = sys.stdout.write('b\\n')");
    expect(pieces).toEqual(['a', 'b\n']);
  });

  it('bytes as Python writes them', () => {
    const chunks: Uint8Array[] = [];
    kept(python.stdout.redirect((chunk) => chunks.push(chunk), { mode: 'bytes' }));
    run("import sys\n_ = sys.stdout.buffer.write(bytes(range(256)))\nprint('ü', end='')");
    expect(chunks).toEqual([
      Uint8Array.from({ length: 256 }, (_, i) => i),
      Uint8Array.of(195, 188),
    ]);
  });

  it('characters whole, whatever part of their bytes came first', () => {
    const pieces: string[] = [];
    kept(python.stdout.redirect((text) => pieces.push(text), { mode: 'text' }));
    run(`
import sys
for byte in 'aü€😀'.encode():
    sys.stdout.buffer.write(bytes([byte]))`);
    expect(pieces).toEqual(['a', 'ü', '€', '😀']);
  });

  it('lone surrogates, and bytes that are no text, without loss', () => {
    const lines = linesOf();
    run("import sys\nprint('\\ud800')\n_ = sys.stdout.buffer.write(b'\\xff\\n')");
    expect(lines).toEqual(['\ud800', '\udcff']);
  });

  it('a line of a megabyte in one piece', () => {
    const lines = linesOf();
    run("print('x' * 2**20)");
    expect(lines.map((line) => line.length)).toEqual([2 ** 20]);
  });

  it('what stderr, warnings and tracebacks write', () => {
    const lines = linesOf('stderr');
    run("import sys, warnings\nprint('a', file=sys.stderr)\nwarnings.warn('b')");
    expect(lines[0]).toBe('a');
    expect(lines[1]).toContain('UserWarning: b');
  });

  it('what was kept of a print, in the order of JavaScript and Python', () => {
    const order: string[] = [];
    kept(python.stdout.redirect((line) => order.push(line)));
    const log = python.ref((text: string) => order.push(text));
    python.call(python.eval("lambda log: (print('1'), log('2'), print('3'))") as never, [log]);
    order.push('4');
    expect(order).toEqual(['1', '2', '3', '4']);
  });
});

describe('a stream gets', () => {
  it('bytes by whole lines', () => {
    const target = new PassThrough();
    kept(python.stdout.redirect(target));
    run("print('a', 'b')\nprint('c', end='')");
    expect(target.read()).toEqual(Buffer.from('a b\n'));
    redirects.pop()?.restore();
    expect(target.read()).toEqual(Buffer.from('c'));
  });

  it('text where it is asked for', () => {
    const chunks: unknown[] = [];
    const target = new Writable({
      decodeStrings: false,
      write: (chunk: unknown, _, done) => {
        chunks.push(chunk);
        done();
      },
    });
    kept(python.stdout.redirect(target, { mode: 'text' }));
    run("print('ü')");
    expect(chunks).toEqual(['ü\n']);
  });

  it('long lines in pieces of whole characters', () => {
    const target = new PassThrough();
    kept(python.stdout.redirect(target, { mode: 'text' }));
    run("print('€' * 10_000, end='')");
    redirects.pop()?.restore();
    expect(String(target.read())).toBe('€'.repeat(10_000));
  });

  it('nothing once it has ended, which Python hears', () => {
    const target = new PassThrough();
    kept(python.stdout.redirect(target));
    target.end();
    expect(() => run("print('lost')")).toThrow(/has ended/);
  });

  it('what a WritableStream takes, which is its own again afterwards', async () => {
    const chunks: Uint8Array[] = [];
    const target = new WritableStream<Uint8Array>({ write: (chunk) => void chunks.push(chunk) });
    kept(python.stdout.redirect(target));
    expect(target.locked).toBe(true);
    run("print('a')");
    await turns(() => chunks.length > 0);
    expect(chunks).toEqual([Uint8Array.of(97, 10)]);
    redirects.pop()?.restore();
    expect(target.locked).toBe(false);
  });

  it('an error of a WritableStream with the next write, or at the end', async () => {
    const target = new WritableStream<Uint8Array>({
      write: () => {
        throw new Error('full');
      },
    });
    const redirect = python.stdout.redirect(target);
    run("print('a')");
    await new Promise((resolve) => setImmediate(resolve));
    expect(() => {
      redirect.restore();
    }).toThrow('full');
  });
});

describe('redirects', () => {
  it('stack, and each is taken away by itself', () => {
    const outer = linesOf();
    const inner: string[] = [];
    const redirect = python.stdout.redirect((line) => inner.push(line));
    run("print('inner')");
    redirect.restore();
    run("print('outer')");
    expect([inner, outer]).toEqual([['inner'], ['outer']]);
  });

  it('below others can go first', () => {
    const below: string[] = [];
    const redirect = python.stdout.redirect((line) => below.push(line));
    const above = linesOf();
    redirect.restore();
    run("print('above')");
    expect([below, above]).toEqual([[], ['above']]);
  });

  it('end with a using block', () => {
    const lines: string[] = [];
    const outer = linesOf();
    {
      using redirect = python.stdout.redirect((line) => lines.push(line));
      expect(redirect).toBeDefined();
      run("print('within')");
    }
    run("print('behind')");
    expect([lines, outer]).toEqual([['within'], ['behind']]);
  });

  it('to nobody drop everything', () => {
    const outer = linesOf();
    const redirect = python.stdout.redirect(null);
    run("print('dropped')");
    redirect.restore();
    run("print('there')");
    expect(outer).toEqual(['there']);
  });

  it('do not call themselves: what a target prints goes to the one below', () => {
    const outer = linesOf();
    const inner: string[] = [];
    kept(
      python.stdout.redirect((line) => {
        inner.push(line);
        run(`print('about ${line}')`);
      }),
    );
    run("print('a')");
    expect([inner, outer]).toEqual([['a'], ['about a']]);
  });

  it('leave those of Python alone: contextlib.redirect_stdout', () => {
    const lines = linesOf();
    const text = run(`
import contextlib, io
with contextlib.redirect_stdout(io.StringIO()) as captured:
    print('captured')
print('not captured')
captured.getvalue()`);
    expect([text, lines]).toEqual(['captured\n', ['not captured']]);
  });

  it('reach what keeps sys.stdout: a logging handler that is older, or outlives them', () => {
    const handlerFor = `
import logging, sys
handler = logging.StreamHandler(sys.stdout)
log = logging.getLogger('streams')
log.addHandler(handler)
log.error`;
    const lines: string[] = [];
    const redirect = python.stdout.redirect((line) => lines.push(line));
    const log = run(handlerFor) as (text: string) => void;
    log('first');
    redirect.restore();
    const later = linesOf();
    log('second');
    run("import logging\nlogging.getLogger('streams').handlers.clear()");
    expect([lines, later]).toEqual([['first'], ['second']]);
  });

  it('raise where Python writes what the target throws; all lines of the write come first', () => {
    const lines: string[] = [];
    kept(
      python.stdout.redirect((line) => {
        lines.push(line);
        if (line === 'a') throw new Error('refused');
      }),
    );
    expect(() => run("import sys\nsys.stdout.write('a\\nb\\n')")).toThrow('refused');
    expect(lines).toEqual(['a', 'b']);
    run("print('c')");
    expect(lines).toEqual(['a', 'b', 'c']);
  });

  it('refuse what is no target and no option', () => {
    const redirect = (target: unknown, options?: unknown): unknown =>
      python.stdout.redirect(target as never, options as never);
    for (const target of [undefined, 1, 'file.txt', {}, Symbol('s')]) {
      expect(() => redirect(target), typeof target).toThrow(/a target is a function, a Writable/);
    }
    expect(() => redirect(() => 0, { mode: 'words' })).toThrow(/mode is words; it is one of/);
    expect(() => redirect(() => 0, { raw: true })).toThrow(/there is no option raw/);
    expect(() => redirect(() => 0, { isatty: 1 })).toThrow(/isatty is a boolean/);
    expect(() => redirect(() => 0, { columns: 80 })).toThrow(/rows is undefined/);
    expect(() => redirect(() => 0, { columns: 0, rows: 1 })).toThrow(/columns is 0/);
    expect(() => redirect(new PassThrough(), { mode: 'lines' })).toThrow(
      /streams get text or bytes/,
    );
    expect(() => redirect(1)).toThrow(NogilError);
  });
});

describe('to Python, sys.stdout', () => {
  it('is a text stream: attributes, buffer, no descriptor', () => {
    linesOf();
    const facts = run(`
import io, sys
try:
    sys.stdout.fileno()
    descriptor = 'there is one'
except io.UnsupportedOperation as error:
    descriptor = str(error)
[sys.stdout.encoding, sys.stdout.writable(), sys.stdout.readable(), sys.stdout.isatty(), sys.stdout.closed,
 isinstance(sys.stdout, io.TextIOBase), descriptor]`);
    expect(python.toJs(facts)).toEqual([
      'utf-8',
      true,
      false,
      false,
      false,
      true,
      '<stdout> goes to JavaScript and has no file descriptor',
    ]);
  });

  it('is a terminal of a size where JavaScript says so', () => {
    const redirect = kept(
      python.stdout.redirect(() => undefined, { isatty: true, columns: 100, rows: 30 }),
    );
    const size = 'import shutil, sys\n[*shutil.get_terminal_size(), sys.stdout.isatty()]';
    const noEnvironment = `import os\nos.environ.pop('COLUMNS', None); os.environ.pop('LINES', None)\n${size}`;
    expect(python.toJs(run(noEnvironment))).toEqual([100, 30, true]);
    redirect.resize(50, 10);
    expect(python.toJs(run(size))).toEqual([50, 10, true]);
    expect(() => {
      redirect.resize(0, 10);
    }).toThrow(NogilError);
  });

  it('takes isatty from the stream', () => {
    const target = Object.assign(new PassThrough(), { isTTY: true });
    kept(python.stdout.redirect(target));
    expect(run('import sys\nsys.stdout.isatty()')).toBe(true);
  });
});

describe('of other threads', () => {
  it('come in order for each, from the event loop, and lines do not mix', async () => {
    const lines = linesOf();
    run(`
import sys, threading
def work(name):
    for i in range(200):
        sys.stdout.write(name)
        sys.stdout.write('%d\\n' % i)
threads = [threading.Thread(target=work, args=(name,)) for name in 'ab']
for thread in threads: thread.start()
for thread in threads: thread.join()`);
    expect(lines).toEqual([]);
    await turns(() => lines.length === 400);
    for (const name of 'ab') {
      const own = lines.filter((line) => line.startsWith(name));
      expect(own).toEqual(Array.from({ length: 200 }, (_, i) => `${name}${i}`));
    }
  });

  it('come before what this thread writes next', () => {
    const lines = linesOf();
    run(`
import threading
thread = threading.Thread(target=print, args=('thread',))
thread.start()
thread.join()
print('own')`);
    expect(lines).toEqual(['thread', 'own']);
  });

  it('include an incomplete line of a thread that has ended', async () => {
    const lines = linesOf();
    run(`
import sys, threading
thread = threading.Thread(target=sys.stdout.write, args=('incomplete',))
thread.start()
thread.join()
del thread`);
    await turns(() => lines.length > 0);
    expect(lines).toEqual(['incomplete']);
  });

  it('are those of the pool and of asyncio', async () => {
    const lines = linesOf();
    await python.callAsync(python.eval('lambda: print("pool")') as never);
    await python.parallel.map(python.eval('lambda item: print(item)') as never, [1]);
    await python.asyncio.run(run("async def task(): print('task')\ntask()"));
    expect(lines).toEqual(['pool', '1', 'task']);
  });

  it('meet no target any more: what they write then goes where it goes now', async () => {
    const first: string[] = [];
    const redirect = python.stdout.redirect((line) => first.push(line));
    const later = linesOf();
    const release = run(`
import sys, threading
go = threading.Event()
stream = sys.stdout
def work():
    go.wait()
    print('late', file=stream)
threading.Thread(target=work).start()
go.set`) as () => void;
    redirect.restore();
    release();
    await turns(() => later.length > 0);
    expect([first, later]).toEqual([[], ['late']]);
  });

  it('tell what the target throws as an unraisable event', async () => {
    const told = vi.fn();
    python.on('unraisable', told);
    try {
      kept(
        python.stdout.redirect(() => {
          throw new Error('refused');
        }),
      );
      run(`
import threading
thread = threading.Thread(target=print, args=('thread',))
thread.start()
thread.join()`);
      await turns(() => told.mock.calls.length > 0);
      expect(told.mock.calls[0]?.[0]).toMatchObject({
        error: { message: 'refused' },
      });
    } finally {
      python.off('unraisable', told);
    }
  });
});
