import type { Figures } from '../src/record.js';
import type { Module } from '../src/totals.js';

/** A module with plausible figures, some of them chosen. */
export function moduleWith(name: string, chosen: Partial<Figures> = {}): Module {
  return {
    name,
    figures: {
      ok: true,
      digest: name,
      bytes: 100,
      encoding: 'utf-8',
      lines: { total: 10, code: 8, comment: 1, blank: 1, docstring: 2 },
      tokens: { total: 50, names: 20, numbers: 5, operators: 15, strings: 2, comments: 1 },
      nodes: 60,
      functions: { total: 2, async: 0, lambdas: 0, parameters: 3 },
      classes: 1,
      comprehensions: 0,
      complexity: { total: 4, worst: { name: 'f', line: 3, value: 3 } },
      nesting: 2,
      longest: { name: 'g', line: 6, value: 5 },
      docstrings: { present: 1, possible: 4 },
      annotations: { present: 0, possible: 5 },
      imports: 1,
      ...chosen,
    },
  };
}
