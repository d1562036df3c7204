import { describe, expect, it } from 'vitest';
import { formatCount, formatTable } from '../src/table.js';
import { moduleWith } from './figures.js';

describe('formatTable', () => {
  it('shows a module per line, in the order given, without colour or trailing space', () => {
    const lines = formatTable([moduleWith('b.py'), moduleWith('a/c.py')]).split('\n');
    expect(lines).toHaveLength(3);
    expect(lines[0]).toMatch(/^module\s+lines\s+functions/);
    expect(lines[1]).toMatch(/^b\.py\s+10\s+2\s+4\s+2\s+25 %\s+f \(3\)\s+5 lines$/);
    expect(lines[2]).toMatch(/^a\/c\.py /);
    for (const line of lines) expect(line).toBe(line.trimEnd());
  });

  it('copes with a module without functions', () => {
    const module = moduleWith('constants.py', {
      complexity: { total: 0, worst: null },
      longest: null,
      docstrings: { present: 0, possible: 0 },
    });
    expect(formatTable([module])).toMatch(/0 %\s+–\s+–$/m);
  });

  it('shortens names that would break the line', () => {
    const name = 'Very.'.repeat(20);
    const module = moduleWith('a.py', {
      complexity: { total: 9, worst: { name, line: 1, value: 9 } },
    });
    expect(formatTable([module])).toContain('… (9)');
    expect(formatTable([module])).not.toContain(name);
  });
});

describe('formatCount', () => {
  it('groups by three', () => {
    expect([7, 999, 1848, 1234567].map(formatCount)).toEqual(['7', '999', '1 848', '1 234 567']);
  });
});
