// @ts-check
// The whole way, shortly: no assertion is about time. The peers are left out, which would have to be installed.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test, vi } from 'vitest';

vi.setConfig({ testTimeout: 600_000 }); // on a machine that does many other things

const program = fileURLToPath(new URL('../run.mjs', import.meta.url));

/**
 * @param {...string} args
 * @returns {import('../report/result.mjs').Result}
 */
function run(...args) {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'nogil-bench-'));
  const file = path.join(folder, 'results.json');
  try {
    const all = [program, '--quick', '--gil', 'none', '--json', file, ...args];
    const { status, stderr } = spawnSync(process.execPath, all, { encoding: 'utf8' });
    expect(status, stderr).toBe(0);
    return JSON.parse(readFileSync(file, 'utf8'));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** @param {import('../report/result.mjs').Result} result */
function problems({ columns, rows, cells }) {
  const whole = columns.flatMap(({ key, problem }) => (problem ? [`${key}: ${problem}`] : []));
  const single = rows.flatMap(({ id }) =>
    Object.entries(cells[id] ?? {}).flatMap(([key, { problem }]) =>
      problem ? [`${id}, ${key}: ${problem}`] : [],
    ),
  );
  return [...whole, ...single];
}

test('nogil does what every row says, and there is a floor beside it', () => {
  const result = run('--column', 'nogil-node', '--column', 'floor', '--column', 'host');
  expect(problems(result)).toEqual([]);
  const [group] = result.groups;
  for (const { id } of result.rows) {
    expect(result.cells[id]?.[`nogil-node ${group}`]?.samples.length, id).toBeGreaterThan(0);
  }
  for (const id of ['call', 'text-long', 'callback', 'handle', 'start']) {
    expect(result.cells[id]?.[`host ${group}`]?.samples.length, id).toBeGreaterThan(0);
  }
  for (const id of ['call', 'list', 'callback', 'async', 'start', 'resident', 'kept-object']) {
    expect(result.cells[id]?.[`floor ${group}`]?.samples.length, id).toBeGreaterThan(0);
  }
});

test('other engines and other processes have the rows they can', () => {
  const rows = ['call', 'dict', 'async'].flatMap((row) => ['--row', row]);
  const result = run('--column', 'nogil-bun', '--column', 'json-lines', ...rows);
  // That a platform has no package of Bun is no failure of the harness.
  expect(problems(result).filter((text) => !text.includes('no package brings a Bun'))).toEqual([]);
  const [group] = result.groups;
  expect(result.cells.dict?.[`json-lines ${group}`]?.samples).toHaveLength(3);
});
