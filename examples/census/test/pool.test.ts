import { describe, expect, it } from 'vitest';
import { CensusError } from '../src/census-error.js';
import { WorkerPool } from '../src/pool.js';

const answering = new URL('./workers/answering.mjs', import.meta.url);
const failing = new URL('./workers/failing.mjs', import.meta.url);

describe('WorkerPool', () => {
  it('gives the answers in the order of the queue, for any number of workers, again and again', async () => {
    const files = Array.from({ length: 200 }, (_, index) => `${index}.py`);
    const pool = new WorkerPool(3, files, [], answering);
    try {
      await pool.warm();
      for (const count of [1, 3, 2, 3]) {
        const result = await pool.run(count);
        expect(result.answers.map((json): unknown => JSON.parse(json))).toEqual(files);
        expect(result.seconds).toBeGreaterThan(0);
        expect(pool.progress).toBe(0);
      }
    } finally {
      await pool.close();
    }
  });

  // Both workers wait at the barrier, or one does while the other fails: neither may hang.
  it.each([
    ['reports a Python exception', 'report', 'measuring /code/a.py:\nTraceback: ZeroDivisionError'],
    ['throws', 'throw', 'thrown in the worker'],
    ['exits', 'exit', 'ended unexpectedly, with exit code 7'],
  ])('ends, with the reason, when a worker %s', async (_, when, reason) => {
    const pool = new WorkerPool(2, [`${when} 0`], [], failing);
    try {
      await pool.warm();
      await expect(pool.run(2)).rejects.toThrow(reason);
    } finally {
      await pool.close();
    }
  });

  it('ends when a worker cannot start', async () => {
    const pool = new WorkerPool(2, ['start 0'], [], failing);
    try {
      await expect(pool.warm()).rejects.toThrow(CensusError);
    } finally {
      await pool.close();
    }
  });
});
