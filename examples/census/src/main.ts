/** The census as a program. See README.md. */
import { availableParallelism } from 'node:os';
import { CommanderError } from 'commander';
import { runCensus } from './census.js';
import { CensusError } from './census-error.js';
import { describeError } from './describe-error.js';
import { parseOptions } from './options.js';
import { openProgress } from './progress.js';
import { describeDifference, formatReport } from './report.js';

/** Runs the program and returns its exit code. */
async function main(): Promise<number> {
  const options = parseOptions(process.argv.slice(2), availableParallelism());
  const report = await runCensus(options, openProgress(process.stderr));
  process.stdout.write(
    options.json ? `${JSON.stringify(report, null, 2)}\n` : formatReport(report),
  );
  if (report.difference === null) return 0;
  process.stderr.write(`${describeDifference(report.difference)}\n`);
  return 1;
}

try {
  process.exitCode = await main();
} catch (error) {
  if (error instanceof CommanderError) {
    process.exitCode = error.exitCode; // commander has printed its text
  } else {
    process.stderr.write(
      `${error instanceof CensusError ? error.message : describeError(error)}\n`,
    );
    process.exitCode = 1;
  }
}
