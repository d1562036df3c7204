/** The result of a run: one document, printed as JSON or as text. */
import type { Difference } from './check.js';
import type { GilComparison } from './gil-comparison.js';
import { formatCount, formatShare, formatTable } from './table.js';
import { formatTimings, type Timing } from './timing.js';
import type { Failure, Module, Totals } from './totals.js';

/** Everything a run found, and `--json` prints. */
export interface CensusReport {
  /** The folder that was measured. */
  readonly root: string;
  /** Python files found. */
  readonly files: number;
  /** Files with figures. */
  readonly measured: number;
  readonly failures: readonly Failure[];
  readonly totals: Totals;
  /** For each number of workers. */
  readonly timings: readonly Timing[];
  /** Every run gave the same results. */
  readonly identical: boolean;
  /** The first disagreement, if there is one. */
  readonly difference: Difference | null;
  readonly python: {
    readonly executable: string;
    readonly version: string;
    readonly freeThreaded: boolean;
    readonly gilEnabled: boolean;
  };
  readonly host: {
    readonly runtime: string;
    readonly platform: string;
    readonly arch: string;
    readonly cpu: string;
    readonly cores: number;
  };
  readonly gil: GilComparison;
  /** Plain Python threads on the same files; null unless asked for. */
  readonly reference: readonly Timing[] | null;
  /** Path of the chart; null if none was written. */
  readonly chart: string | null;
  readonly mostComplex: readonly Module[];
}

/** At most so many unmeasured files are listed as text; JSON has all. */
const MAX_LISTED = 20;

/**
 * The report as text for a person.
 *
 * @param report - the result
 */
export function formatReport(report: CensusReport): string {
  const { totals, timings } = report;
  const sections = [
    formatTable(report.mostComplex),
    `${formatCount(report.measured)} modules, ${formatCount(totals.lines)} lines, ` +
      `${formatCount(totals.functions)} functions, ${formatCount(totals.classes)} classes; ` +
      `${formatShare(totals.documented)} documented, ${formatShare(totals.annotated)} annotated.`,
  ];
  if (report.failures.length > 0) sections.push(formatFailures(report.failures));
  sections.push(
    [
      `Python ${describePython(report.python)}:`,
      `  ${formatTimings(timings)}${formatSpread(timings)}`,
      ...formatReference(report.reference),
      ...formatGil(report.gil),
    ].join('\n'),
    formatIdentity(report),
  );
  if (report.chart !== null) sections.push(`Chart: ${report.chart}`);
  return `${sections.join('\n\n')}\n`;
}

/** `3.14.5, free-threaded`. */
export function describePython(python: CensusReport['python']): string {
  if (!python.freeThreaded) return `${python.version}, with the GIL`;
  return `${python.version}, free-threaded${python.gilEnabled ? ', but the GIL is on' : ''}`;
}

/** What differs, for an error message. */
export function describeDifference({ file, workers, round }: Difference): string {
  return `The results differ: ${file} with ${workers} workers in round ${round + 1} is not what the first run found.`;
}

function formatFailures(failures: readonly Failure[]): string {
  const lines = failures.slice(0, MAX_LISTED).map(({ name, reason, message, line }) => {
    const place = line === null ? name : `${name}:${line}`;
    return `  ${place}: ${reason}${message === '' ? '' : `: ${message}`}`;
  });
  const rest = failures.length - lines.length;
  if (rest > 0) lines.push(`  and ${formatCount(rest)} more (--json names all)`);
  return [`${formatCount(failures.length)} could not be measured:`, ...lines].join('\n');
}

function formatSpread(timings: readonly Timing[]): string {
  const rounds = timings[0]?.rounds.length ?? 0;
  if (rounds < 2) return '';
  const spread = Math.max(...timings.map((timing) => timing.spread));
  return ` (median of ${rounds} rounds, spread up to ${formatShare(spread)})`;
}

function formatReference(reference: readonly Timing[] | null): string[] {
  if (!reference) return [];
  const line = formatTimings(reference).replaceAll('worker', 'thread');
  return ['Plain Python threads, no JavaScript:', `  ${line}${formatSpread(reference)}`];
}

function formatGil(gil: GilComparison): string[] {
  if (!gil.compared) return [`No comparison with the GIL: ${gil.reason}.`];
  return [
    `Python ${gil.version}, with the GIL:`,
    `  ${formatTimings(gil.timings)}${formatSpread(gil.timings)}`,
  ];
}

function formatIdentity({ difference, timings }: CensusReport): string {
  if (difference) return describeDifference(difference);
  const runs = timings.reduce((sum, timing) => sum + timing.rounds.length, 0);
  return runs === 1
    ? 'One run: nothing to compare its results with.'
    : `Identical results in all ${runs} runs.`;
}
