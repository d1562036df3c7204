/** Adds up what was measured. */
import type { SourceFile } from './folder.js';
import type { Figures, FileRecord } from './record.js';

/** A file with its figures. */
export interface Module {
  readonly name: string;
  readonly figures: Figures;
}

/** A file, or a folder, that could not be measured. */
export interface Failure {
  readonly name: string;
  readonly reason: string;
  readonly message: string;
  readonly line: number | null;
}

/** Sums over all measured files. */
export interface Totals {
  readonly lines: number;
  readonly code: number;
  readonly tokens: number;
  readonly nodes: number;
  readonly functions: number;
  readonly classes: number;
  readonly branches: number;
  /** Documented modules, classes and functions, from 0 to 1. */
  readonly documented: number;
  /** Annotated parameters and results, from 0 to 1. */
  readonly annotated: number;
}

/**
 * Separates files with figures from files without, both sorted by name.
 *
 * @param files - the files in the order of the queue
 * @param records - their records in the same order
 */
export function sortOut(
  files: readonly SourceFile[],
  records: readonly FileRecord[],
): { modules: Module[]; failures: Failure[] } {
  const modules: Module[] = [];
  const failures: Failure[] = [];
  files.forEach(({ name }, index) => {
    const record = records[index];
    if (record?.ok) {
      modules.push({ name, figures: record });
    } else if (record) {
      const { reason, message, line } = record;
      failures.push({ name, reason, message, line });
    }
  });
  const byName = (a: { name: string }, b: { name: string }): number => (a.name < b.name ? -1 : 1);
  return { modules: modules.sort(byName), failures: failures.sort(byName) };
}

/** The modules with most ways through them, at most `count`, the most complex first. */
export function mostComplex(modules: readonly Module[], count: number): Module[] {
  return [...modules]
    .sort(
      (a, b) =>
        b.figures.complexity.total - a.figures.complexity.total || (a.name < b.name ? -1 : 1),
    )
    .slice(0, count);
}

/** Sums over modules. */
export function addUp(modules: readonly Module[]): Totals {
  const sum = (figure: (figures: Figures) => number): number =>
    modules.reduce((total, module) => total + figure(module.figures), 0);
  const share = (of: 'docstrings' | 'annotations'): number =>
    sum((figures) => figures[of].present) /
    Math.max(
      1,
      sum((figures) => figures[of].possible),
    );
  return {
    lines: sum((figures) => figures.lines.total),
    code: sum((figures) => figures.lines.code),
    tokens: sum((figures) => figures.tokens.total),
    nodes: sum((figures) => figures.nodes),
    functions: sum((figures) => figures.functions.total),
    classes: sum((figures) => figures.classes),
    branches: sum((figures) => figures.complexity.total),
    documented: share('docstrings'),
    annotated: share('annotations'),
  };
}
