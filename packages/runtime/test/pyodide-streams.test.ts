import { afterEach, beforeAll, describe, expect, it } from 'vitest';

import { loadPyodide, type Pyodide } from '../src/pyodide/index.js';

let pyodide: Pyodide;
beforeAll(async () => {
  pyodide = await loadPyodide();
});
afterEach(() => {
  pyodide.setStdout();
  pyodide.setStderr();
  pyodide.setStdin();
});

describe('setStdout', () => {
  it('batched: lines, and what there is of one at a flush', () => {
    const lines: string[] = [];
    pyodide.setStdout({ batched: (line: string) => lines.push(line) });
    pyodide.runPython("import sys\nprint('a')\nprint('b', end='')");
    expect(lines).toEqual(['a']);
    pyodide.runPython('sys.stdout.flush()');
    expect(lines).toEqual(['a', 'b']);
  });

  it('raw: each byte', () => {
    const bytes: number[] = [];
    pyodide.setStdout({ raw: (byte: number) => bytes.push(byte) });
    pyodide.runPython("print('ü')");
    expect(bytes).toEqual([195, 188, 10]);
  });

  it('write: bytes, as many as it takes at a time', () => {
    const bytes: number[] = [];
    pyodide.setStdout({
      write: (buffer: Uint8Array) => {
        bytes.push(buffer[0] as number);
        return 1;
      },
    });
    pyodide.runPython("print('ab')");
    expect(bytes).toEqual([97, 98, 10]);
  });

  it('isatty; nothing: as it was', () => {
    pyodide.setStdout({ batched: () => undefined, isatty: true });
    expect(pyodide.runPython('import sys\nsys.stdout.isatty()')).toBe(true);
    pyodide.setStdout();
    expect(pyodide.runPython('sys.stdout.isatty()')).toBe(false);
  });
});

it('setStderr is that of stderr', () => {
  const lines: string[] = [];
  pyodide.setStderr({ batched: (line: string) => lines.push(line) });
  pyodide.runPython("import sys\nprint('a', file=sys.stderr)");
  expect(lines).toEqual(['a']);
});

describe('setStdin', () => {
  it('stdin: lines, until there is none', () => {
    const lines = ['a', 'b'];
    pyodide.setStdin({ stdin: () => lines.shift() });
    expect(pyodide.runPython("import sys\n'|'.join([input(), sys.stdin.read()])")).toBe('a|b\n');
  });

  it('stdin: bytes, after which the file ends, unless autoEOF is false', () => {
    const give = (): (() => Uint8Array | undefined) => {
      const chunks = [Uint8Array.of(97), Uint8Array.of(98)];
      return () => chunks.shift();
    };
    pyodide.setStdin({ stdin: give() });
    expect(pyodide.runPython('import sys\nsys.stdin.read()')).toBe('a');
    pyodide.setStdin({ stdin: give(), autoEOF: false });
    expect(pyodide.runPython('sys.stdin.read()')).toBe('ab');
  });

  it('read: fills a buffer', () => {
    let left = 3;
    pyodide.setStdin({
      read: (buffer: Uint8Array) => (left-- > 0 ? (buffer.fill(97, 0, 2), 2) : 0),
    });
    expect(pyodide.runPython('import sys\nsys.stdin.read()')).toBe('aaaaaa');
  });

  it('error: reading fails', () => {
    pyodide.setStdin({ error: true });
    expect(() => pyodide.runPython('input()')).toThrow(/OSError/);
  });
});

it('options of loadPyodide', async () => {
  const lines: string[] = [];
  const given = ['from JavaScript'];
  const other = await loadPyodide({
    stdout: (line) => lines.push(`out ${line}`),
    stderr: (line) => lines.push(`err ${line}`),
    stdin: () => given.shift(),
  });
  other.runPython("import sys\nprint(input())\nprint('e', file=sys.stderr)");
  expect(lines).toEqual(['out from JavaScript', 'err e']);
  other.setStdout();
  other.setStderr();
  other.setStdin();
});
