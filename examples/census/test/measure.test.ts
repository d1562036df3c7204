import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { findPython } from '@nogil/python';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Figures, type FileRecord, parseRecord } from '../src/record.js';
import { makeFolder, type TemporaryFolder } from './temporary-folder.js';

const pythonFolder = fileURLToPath(new URL('../python', import.meta.url));
const script = `
import sys
sys.path.insert(0, sys.argv[1])
import census
census.prepare()
for path in sys.argv[2:]:
    print(census.measure(path))
`;

let folder: TemporaryFolder;
let executable: string;

beforeAll(() => {
  folder = makeFolder();
  executable = findPython().executable;
});
afterAll(() => {
  folder.remove();
});

/** Runs Python once on all paths; there must be nothing on its standard error. */
function measureAll(paths: readonly string[]): FileRecord[] {
  const args = ['-B', '-c', script, pythonFolder, ...paths];
  const child = spawnSync(executable, args, { encoding: 'utf8', timeout: 60_000 });
  expect(child.stderr).toBe('');
  return child.stdout.trim().split('\n').map(parseRecord);
}

/** Measures one file with the given content. */
function measure(content: string | Uint8Array): FileRecord {
  const [record] = measureAll([folder.write('sample.py', content)]);
  if (!record) throw new Error('no record');
  return record;
}

function figures(source: string): Figures {
  const record = measure(source);
  if (!record.ok) throw new Error(`${record.reason}: ${record.message}`);
  return record;
}

/** The complexity of a function with this body. */
function complexity(...body: string[]): number | undefined {
  const lines = ['def f(a, b, c):', ...body.map((line) => `    ${line}`)];
  return figures(`${lines.join('\n')}\n`).complexity.worst?.value;
}

describe('measure', () => {
  it('tells code, comments and blank lines apart', () => {
    const source = '# comment\n\nx = 1  # both: code\ny = """a\n\nb"""\nz = (1 +\n\n     2)\n';
    expect(figures(source).lines).toEqual({
      total: 9,
      code: 6,
      comment: 1,
      blank: 2,
      docstring: 0,
    });
    expect(figures(source).tokens).toMatchObject({ names: 3, numbers: 3, strings: 1, comments: 2 });
  });

  it('counts a last line without line end, and nothing in an empty file', () => {
    expect(figures('x = 1').lines).toMatchObject({ total: 1, code: 1, blank: 0 });
    expect(figures('')).toMatchObject({ lines: { total: 0, code: 0 }, nodes: 1, nesting: 0 });
  });

  it.each([
    ['straight', 1, ['return a']],
    ['if, elif, else', 3, ['if a: pass', 'elif b: pass', 'else: pass']],
    ['conditional expression', 2, ['return a if b else c']],
    ['loops', 3, ['for x in a: pass', 'while b: pass']],
    ['boolean operators', 4, ['return a and b and c or a']],
    ['handlers, not try', 3, ['try: pass', 'except ValueError: pass', 'except OSError: pass']],
    ['with', 1, ['with a: pass']],
    ['comprehension with a condition', 3, ['return [x for x in a if x]']],
    ['match, not its wildcard', 3, ['match a:', '    case 1: pass', '    case [x]: pass', '    case _: pass']], // prettier-ignore
    ['lambda, as part of the function', 2, ['return lambda x: x or a']],
    ['inner function, on its own', 2, ['def g():', '    if a: pass', 'return g']],
  ])('complexity: %s', (_, expected, body) => {
    expect(complexity(...body)).toBe(expected);
  });

  it('adds branches outside of functions to the whole only', () => {
    const { complexity: found } = figures('if x: pass\ndef f():\n    return a or b\n');
    expect(found).toEqual({ total: 3, worst: { name: 'f', line: 2, value: 2 } });
  });

  it('measures nesting in blocks; elif does not nest, a function starts anew', () => {
    const elif = 'if a:\n  pass\nelif b:\n  pass\nelif c:\n  pass\n';
    expect(figures(elif).nesting).toBe(1);
    expect(figures('if a:\n  pass\nelse:\n  if b:\n    pass\n').nesting).toBe(2);
    expect(
      figures('for x in y:\n  with z:\n    try:\n      a\n    finally:\n      b\n').nesting,
    ).toBe(3);
    expect(figures('if a:\n  def f():\n    if b: pass\n').nesting).toBe(1);
  });

  it('names the longest function with its class', () => {
    const source =
      'class A:\n  def short(self): pass\n  def long(self):\n    x\n    y\ndef f():\n  pass\n';
    const found = figures(source);
    expect(found.longest).toEqual({ name: 'A.long', line: 3, value: 3 });
    expect(found).toMatchObject({ classes: 1, functions: { total: 3 } });
  });

  it('counts parameters, lambdas, async functions and imports', () => {
    const source =
      'import os.path, re\nfrom os import sep\nfrom . import x\n' +
      'async def f(a, /, b, *c, d, **e): return lambda q: q\n';
    const found = figures(source);
    expect(found.functions).toEqual({ total: 1, async: 1, lambdas: 1, parameters: 5 });
    expect(found.imports).toBe(2);
  });

  it('measures how much is documented and annotated; self needs no annotation', () => {
    const source =
      '"""Module."""\nclass A:\n  """Class,\n  two lines."""\n  def f(self, a: int, b) -> None: pass\n';
    expect(figures(source)).toMatchObject({
      docstrings: { present: 2, possible: 3 },
      annotations: { present: 2, possible: 3 },
      lines: { docstring: 3 },
    });
  });

  it('reads the encoding a file declares', () => {
    const latin = Buffer.from('# -*- coding: latin-1 -*-\nname = "é"\n', 'latin1');
    expect(measure(latin)).toMatchObject({ ok: true, encoding: 'iso-8859-1' });
    expect(measure('\uFEFFx = 1\n')).toMatchObject({ ok: true, encoding: 'utf-8-sig' });
  });

  it.each([
    ['a syntax error', 'x = 1\ndef f(:\n', 'SyntaxError', 2],
    ['bad indentation', 'if x:\n    a\n  b\n', 'IndentationError', 3],
    ['bytes that are not UTF-8', Buffer.from('x = 1\ny = 2\nz = "\xe9"\n', 'latin1'), 'UnicodeDecodeError', null], // prettier-ignore
    ['an unknown encoding', '# coding: klingon\n', 'SyntaxError', null],
    ['an encoding that is not for text', '# coding: rot13\n', 'LookupError', null],
  ])('gives the reason for %s', (_, content, reason, line) => {
    expect(measure(content)).toMatchObject({ ok: false, reason, line });
  });

  it('survives a NUL byte, and nesting too deep for the parser', () => {
    expect(measure('x = 1\0\n')).toMatchObject({ ok: false });
    const deep = measure('('.repeat(100_000));
    expect(deep).toMatchObject({ ok: false });
    expect(measure(`x = ${'-'.repeat(100_000)}1\n`)).toMatchObject({ ok: false });
  });

  it('survives a long chain, which is a deep tree', () => {
    const chain = `x = ${Array.from({ length: 900 }, () => 'a').join(' + ')}\n`;
    expect(figures(chain).nodes).toBeGreaterThan(1800);
  });

  it('gives the reason for a file that is missing, and for a folder', () => {
    const [missing, directory] = measureAll([`${folder.path}/missing.py`, folder.path]);
    expect(missing).toMatchObject({
      ok: false,
      reason: 'FileNotFoundError',
      message: 'No such file or directory',
    });
    expect(directory).toMatchObject({ ok: false, reason: 'IsADirectoryError' });
  });

  it('says nothing about invalid escapes in the files', () => {
    expect(figures('x = "\\d"\n').lines.code).toBe(1);
  });

  it('has the same digest for the same content, and another one for a difference no figure shows', () => {
    const one = folder.write('one.py', 'def f(): pass\n');
    const same = folder.write('elsewhere/two.py', 'def f(): pass\n');
    const renamed = folder.write('three.py', 'def f(): pass\ndef g(): pass\n');
    const other = folder.write('four.py', 'def f(): pass\ndef h(): pass\n');
    const [a, b, c, d] = measureAll([one, same, renamed, other]).map(({ digest }) => digest);
    expect(a).toBe(b);
    expect(c).not.toBe(d);
  });
});
