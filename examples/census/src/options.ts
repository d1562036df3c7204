/** What the program can be asked for on its command line. */
import { Command, InvalidArgumentError, Option } from 'commander';

/** The options of one run, with every default filled in. */
export interface Options {
  /** Print one JSON document instead of text. */
  readonly json: boolean;
  /** The folder to measure; null means the standard library of the Python that runs. */
  readonly path: string | null;
  /** Numbers of workers to compare, ascending, each once. */
  readonly workers: readonly number[];
  /** How many modules the table shows. */
  readonly top: number;
  /** How often each number of workers is timed. */
  readonly rounds: number;
  /** Where the chart goes; null for no chart. */
  readonly chart: string | null;
  /** Compare with a GIL build, if one is installed. */
  readonly compare: boolean;
  /** How often each number of workers is timed on the GIL build. */
  readonly compareRounds: number;
  /** Time plain Python threads on the same files too. */
  readonly reference: boolean;
}

/** What commander hands over, before defaults that depend on each other. */
interface RawOptions {
  json: boolean;
  path?: string;
  workers: number[];
  top: number;
  rounds?: number;
  chart: string | false;
  compare: boolean;
  reference: boolean;
}

const MAX_WORKERS = 256;

/**
 * Reads the command line.
 *
 * @param argv - the arguments after the program's name
 * @param cores - how many cores this process may use
 * @returns the options
 * @throws CommanderError for `--help` and for arguments it refuses, after printing the text
 */
export function parseOptions(argv: readonly string[], cores: number): Options {
  const command = new Command('census')
    .description('Measure every Python module in a folder, on one worker and on every core.')
    .option('--json', 'print one JSON document and nothing else', false)
    .option('--path <folder>', 'folder to measure (default: the Python standard library)')
    .addOption(
      new Option('--workers <list>', 'numbers of workers to compare, such as 1,2,4')
        .argParser(parseWorkers)
        .default([...new Set([1, cores])], `1 and the number of cores, here ${cores}`),
    )
    .option(
      '--rounds <n>',
      'times to measure each number of workers (default: 1, or 3 with --json)',
      parsePositive,
    )
    .option('--top <n>', 'how many of the most complex modules to list', parsePositive, 15)
    .option('--chart <file>', 'where to write the chart', 'out/census.svg')
    .option('--no-chart', 'write no chart')
    .option('--no-compare', 'do not run the same on a build of Python with the GIL')
    .option('--reference', 'also time plain Python threads on the same files', false)
    .allowExcessArguments(false)
    .exitOverride();
  command.parse([...argv], { from: 'user' });
  const raw = command.opts<RawOptions>();
  return {
    json: raw.json,
    path: raw.path ?? null,
    workers: raw.workers,
    top: raw.top,
    rounds: raw.rounds ?? (raw.json ? 3 : 1),
    chart: raw.chart === false ? null : raw.chart,
    compare: raw.compare,
    compareRounds: raw.rounds ?? 1,
    reference: raw.reference,
  };
}

/** `2,1,2` → [1, 2]. */
function parseWorkers(text: string): number[] {
  const counts = text.split(',').map((part) => parsePositive(part.trim()));
  const tooMany = counts.find((count) => count > MAX_WORKERS);
  if (tooMany !== undefined) {
    throw new InvalidArgumentError(`${tooMany} workers are more than ${MAX_WORKERS}.`);
  }
  return [...new Set(counts)].sort((a, b) => a - b);
}

function parsePositive(text: string): number {
  if (!/^[1-9]\d{0,5}$/.test(text)) {
    throw new InvalidArgumentError(`'${text}' is not a whole number from 1 to 999999.`);
  }
  return Number(text);
}
