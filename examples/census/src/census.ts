/** One run of the whole program, from options to result. */
import { accessSync, constants, mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';
import { dirname, resolve } from 'node:path';
import { python, type PythonInfo } from 'nogil';
import { CensusError } from './census-error.js';
import { drawChart, type Series } from './chart.js';
import { collectFiles, type Contents, type SourceFile } from './folder.js';
import { compareWithGil, type GilComparison } from './gil-comparison.js';
import { prepareCensus } from './interpreter.js';
import type { Options } from './options.js';
import { chooseWarmUp, orderFiles } from './plan.js';
import type { Progress } from './progress.js';
import { timeReference } from './reference.js';
import { type CensusReport, describePython } from './report.js';
import { runRounds } from './rounds.js';
import { formatSeconds, type Timing } from './timing.js';
import { addUp, mostComplex, sortOut } from './totals.js';

/**
 * Measures a folder as the options say.
 *
 * @param options - from the command line
 * @param progress - where to show how far it is
 * @throws CensusError for a folder that cannot be measured, a worker that fails, a chart that cannot be written
 * @throws NogilError if Python cannot be found or started
 */
export async function runCensus(options: Options, progress: Progress): Promise<CensusReport> {
  // A folder that is no good is reported before an interpreter is started.
  const given = options.path === null ? null : collectFiles(options.path);
  if (options.chart !== null) checkChartFolder(options.chart);
  const info = startPython();
  prepareCensus();
  const contents = given ?? collectFiles(info.stdlib);
  const queue = orderFiles(contents.files);

  const label = `${info.version}${info.freeThreaded ? 't' : ''}`;
  const outcome = await runRounds(label, queue, options.workers, options.rounds, progress);
  const reference = options.reference
    ? await timePlainThreads(options, info.executable, queue, progress)
    : null;
  const gil = await compare(options, info.freeThreaded, info.version, contents.root);

  const { modules, failures } = sortOut(queue, outcome.records);
  const report: CensusReport = {
    root: contents.root,
    files: contents.files.length,
    measured: modules.length,
    failures: [...failures, ...unreadableFolders(contents)],
    totals: addUp(modules),
    timings: outcome.timings,
    identical: outcome.difference === null,
    difference: outcome.difference,
    python: {
      executable: info.executable,
      version: info.version,
      freeThreaded: info.freeThreaded,
      // Asked again: an extension module that was imported meanwhile may have switched it on.
      gilEnabled: python.info().gilEnabled,
    },
    host: {
      runtime: `Node.js ${process.version}`,
      platform: process.platform,
      arch: process.arch,
      cpu: cpus()[0]?.model ?? 'unknown',
      cores: availableParallelism(),
    },
    gil,
    reference,
    chart: options.chart === null ? null : resolve(options.chart),
    mostComplex: mostComplex(modules, options.top),
  };
  if (report.chart !== null) writeChart(report.chart, report);
  return report;
}

/** The Python the user named, else a free-threaded one: it is what the census is about. */
function startPython(): PythonInfo {
  return python.start(process.env.NOGIL_PYTHON ? {} : { version: '3.14t' });
}

async function timePlainThreads(
  { workers, rounds }: Options,
  executable: string,
  queue: readonly SourceFile[],
  progress: Progress,
): Promise<Timing[]> {
  const began = performance.now();
  progress.begin('plain Python threads', 0, () => 0);
  try {
    const timings = await timeReference({
      executable,
      files: queue.map((file) => file.path),
      warmUp: chooseWarmUp(queue).map((file) => file.path),
      workers,
      rounds,
    });
    progress.end(formatSeconds((performance.now() - began) / 1000));
    return timings;
  } finally {
    progress.close();
  }
}

async function compare(
  options: Options,
  freeThreaded: boolean,
  version: string,
  root: string,
): Promise<GilComparison> {
  if (!options.compare) return { compared: false, reason: 'not asked for' };
  if (!freeThreaded) return { compared: false, reason: 'this Python has the GIL itself' };
  const { workers, compareRounds: rounds } = options;
  return compareWithGil({ version, root, workers, rounds });
}

function unreadableFolders(contents: Contents): CensusReport['failures'] {
  return contents.unreadable.map(({ name, reason }) => ({
    name,
    reason: 'unreadable folder',
    message: reason,
    line: null,
  }));
}

function writeChart(path: string, report: CensusReport): void {
  const series: Series[] = [
    { label: `Python ${describePython(report.python)}`, timings: report.timings },
  ];
  if (report.gil.compared) {
    series.push({
      label: `Python ${report.gil.version}, with the GIL`,
      timings: report.gil.timings,
    });
  }
  const svg = drawChart({
    title: `A census of ${report.files} Python files from TypeScript`,
    subtitle: `ast and tokenize on every file, in ${report.host.runtime} on ${report.host.cores} cores`,
    series,
  });
  chartErrorsExplained(path, () => {
    writeFileSync(path, svg);
  });
}

/** Before the work rather than after it. */
function checkChartFolder(path: string): void {
  chartErrorsExplained(path, () => {
    const folder = dirname(resolve(path));
    mkdirSync(folder, { recursive: true });
    accessSync(folder, constants.W_OK);
  });
}

function chartErrorsExplained(path: string, action: () => void): void {
  try {
    action();
  } catch (error) {
    throw new CensusError(
      `The chart cannot be written to ${path}: ${error instanceof Error ? error.message : String(error)}. ` +
        'Choose another place with --chart, or none with --no-chart.',
      { cause: error },
    );
  }
}
