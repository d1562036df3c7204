import { describe, expect, it } from 'vitest';
import { formatBar } from '../src/progress.js';

describe('formatBar', () => {
  it('fills as files are done', () => {
    expect(formatBar('2 workers', 0, 8, 0)).toMatch(/^2 workers {2}─+ +0 % {2}0 of 8 files/);
    expect(formatBar('2 workers', 4, 8, 1.5)).toMatch(/━+─+ +50 % {2}4 of 8 files, 1\.5 s$/);
    expect(formatBar('2 workers', 8, 8, 3)).toMatch(/ ━+ +100 % {2}8 of 8/);
  });

  it('has no bar when the end is not known', () => {
    expect(formatBar('warm up', 0, 0, 2)).toBe('warm up  2.0 s');
  });
});
