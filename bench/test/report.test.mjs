// @ts-check
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { chart } from '../report/chart.mjs';
import { document } from '../report/document.mjs';
import { digits, figure } from '../report/figures.mjs';
import { tableOf } from '../report/table.mjs';
import { writeDocument } from '../report/write.mjs';
import { resultOf } from './result.mjs';

const GROUP = '3.14.5t';
const figures = {
  call: { floor: 50, host: 75, 'nogil-node': 80, 'nogil-bun': 70, pymport: 2000, pyodide: 500 },
  dict: { floor: 1000, 'nogil-node': 9000, pymport: 4500, pyodide: 'crashed' },
  handle: { 'nogil-node': 140 },
};

test('figures have three digits and a unit', () => {
  expect([0.1234, 1.234, 12.34, 123.4, 12_345].map(digits)).toEqual([
    ...['0.12', '1.23', '12.3', '123', '12345'],
  ]);
  expect(figure(53.27, 'loop')).toBe('53.3 ns');
  expect(figure(1234, 'loop')).toBe('1.23 µs');
  expect(figure(5_600_000, 'loop')).toBe('5.60 ms');
  expect(figure(95.4, 'start')).toBe('95.4 ms');
  expect(figure(31.9, 'kept')).toBe('31.9 B');
});

test('the ratio beside nogil is to the floor, that beside others to nogil on Node', () => {
  const { head, body } = tableOf(resultOf(figures), GROUP);
  expect(head).toEqual([
    ...['', 'C only', 'C behind Node-API', 'C behind Node-API, Bun', 'nogil, Node', 'nogil, Bun'],
    ...['pymport', 'Pyodide'],
  ]);
  expect(body[0]).toEqual([
    '`f(a, b)`, bound',
    expect.stringMatching(/^49\.0 ns \+\d %$/),
    expect.stringMatching(/^73\.5 ns \+\d % 1\.50×$/),
    '–',
    expect.stringMatching(/^78\.4 ns \+\d % 1\.60×$/),
    expect.stringMatching(/^68\.6 ns \+\d % 1\.40×$/),
    expect.stringContaining('25.0×'),
    expect.stringContaining('6.25×'),
  ]);
  expect(body[1]?.[7]).toBe('failed');
  expect(body[2]?.slice(1)).toEqual([
    ...['–', '–', '–', expect.stringContaining('137 ns'), '–', '–', '–'],
  ]);
});

test('the document begins with the rows where another bridge is faster, and ends with what failed', () => {
  const text = document(resultOf(figures), {});
  const [, beginning = ''] = text.split('## Where another bridge is faster');
  expect(beginning.split('##')[0]).toContain(
    '| dict of 20 keys, there and back | 3.14.5t | pymport | 2.00× |  |',
  );
  expect(document(resultOf({ call: figures.call }), {})).toContain('Nowhere: nogil is ahead');
  const [, end = ''] = text.split('## What could not be measured');
  expect(end).toContain('Pyodide, Python 3.14.5t, dict of 20 keys, there and back: crashed');
  expect(text).toContain('2026-01-02');
  expect(text).toContain('a processor, 2 cores');
});

test('the chart has a line for each row with a floor, and its marks stand further right the slower they are', () => {
  const svg = chart(resultOf(figures), GROUP);
  expect(svg).toContain('f(a, b), bound');
  expect(svg).not.toContain('handle made');
  const marks = [...svg.matchAll(/<circle cx="([\d.]+)" cy="(\d+)" [^>]*fill="(#\w+)"/g)]
    .map(([, x, y, colour]) => ({ x: Number(x), y, colour }))
    .filter(({ y }) => y === '81');
  const ordered = [...marks].sort((a, b) => a.x - b.x).map(({ colour }) => colour);
  // Bun 1.4×, Node 1.6×, Pyodide 10×, pymport 40×
  expect(ordered).toEqual(['#000000', '#0072b2', '#009e73', '#e69f00']);
});

test('what is written is laid out as the lint wants it, with its chart beside it', async () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'nogil-bench-'));
  try {
    await writeDocument(resultOf(figures), folder);
    expect(readFileSync(path.join(folder, 'benchmarks.md'), 'utf8')).toContain('(benchmarks.svg)');
    expect(readFileSync(path.join(folder, 'benchmarks.svg'), 'utf8')).toMatch(/^<svg /);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
