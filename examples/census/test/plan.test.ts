import { describe, expect, it } from 'vitest';
import type { SourceFile } from '../src/folder.js';
import { chooseWarmUp, orderFiles, scheduleRuns } from '../src/plan.js';

function file(name: string, size: number): SourceFile {
  return { path: `/code/${name}`, name, size };
}

describe('orderFiles', () => {
  it('puts the largest first and equals in order of their names', () => {
    const files = [file('b.py', 5), file('a.py', 5), file('big.py', 9), file('empty.py', 0)];
    expect(orderFiles(files).map(({ name }) => name)).toEqual([
      'big.py',
      'a.py',
      'b.py',
      'empty.py',
    ]);
  });

  it('gives the same order whatever order it gets', () => {
    const files = Array.from({ length: 50 }, (_, index) => file(`${index}.py`, index % 7));
    expect(orderFiles([...files].reverse())).toEqual(orderFiles(files));
  });
});

describe('chooseWarmUp', () => {
  it('takes files of all sizes, and at least one', () => {
    const files = orderFiles(Array.from({ length: 81 }, (_, index) => file(`${index}`, index)));
    expect(chooseWarmUp(files).map(({ size }) => size)).toEqual([80, 40, 0]);
    expect(chooseWarmUp(files.slice(0, 1))).toHaveLength(1);
  });
});

describe('scheduleRuns', () => {
  it('lets the numbers of workers take turns, every other round backwards', () => {
    const order = scheduleRuns([1, 2, 4], 3).map(({ workers }) => workers);
    expect(order).toEqual([1, 2, 4, 4, 2, 1, 1, 2, 4]);
  });

  it('numbers the rounds', () => {
    expect(scheduleRuns([1, 2], 2).map(({ round }) => round)).toEqual([0, 0, 1, 1]);
  });
});
