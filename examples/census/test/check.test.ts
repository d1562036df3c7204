import { describe, expect, it } from 'vitest';
import { findDifference } from '../src/check.js';
import type { FileRecord } from '../src/record.js';

function record(digest: string): FileRecord {
  return { ok: false, digest, reason: 'SyntaxError', message: 'invalid syntax', line: 1 };
}

const names = ['a.py', 'b.py', 'c.py'];
const run = { workers: 2, round: 1 };

describe('findDifference', () => {
  it('accepts equal digests', () => {
    const records = names.map(record);
    expect(findDifference(names, records, names.map(record), run)).toBeNull();
  });

  it('names the first file that differs, and the run', () => {
    const found = ['a.py', 'B', 'C'].map(record);
    expect(findDifference(names, names.map(record), found, run)).toEqual({
      file: 'b.py',
      workers: 2,
      round: 1,
    });
  });

  it('takes a missing record for a difference', () => {
    const records = names.map(record);
    expect(findDifference(names, records, records.slice(0, 2), run)?.file).toBe('c.py');
  });
});
