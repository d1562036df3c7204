/** Turns what went wrong during an installation into an error that names the next step. */
import { NogilError } from '@nogil/abi';
import { CommandFailed, type BuildLog } from './command.js';
import { diskFull, isDiskFull } from './disk-space.js';
import type { VariantFacts } from './variant.js';

/** What the error needs to say. */
export interface FailureContext {
  readonly facts: VariantFacts;
  readonly folder: string;
  readonly bytes: number;
  readonly log: BuildLog;
  readonly signal: AbortSignal;
}

/**
 * Explains a failure.
 *
 * @param error - what was thrown
 * @param context - the installation it ended
 * @returns what to throw: nogil's own errors and the abort reason as they are
 */
export function explainFailure(error: unknown, context: FailureContext): unknown {
  const { facts, folder, bytes, log, signal } = context;
  if (signal.aborted) {
    return signal.reason;
  }
  if (error instanceof NogilError) {
    return error;
  }
  if (isDiskFull(error, error instanceof CommandFailed ? log.tail() : '')) {
    return diskFull(folder, bytes, error);
  }
  if (error instanceof CommandFailed) {
    return new NogilError(
      'INSTALL_FAILED',
      `${facts.title} could not be built: ${error.message}. The last lines of ${log.file}:\n` +
        `${log.tail()}\nNext step: ${nextStep(log.tail())}, and run the same command again.`,
      { cause: error },
    );
  }
  const message = error instanceof Error ? error.message : String(error);
  return new NogilError(
    'INSTALL_FAILED',
    `${facts.title} could not be installed in ${folder}: ${message}. Log: ${log.file}`,
    { cause: error },
  );
}

function nextStep(output: string): string {
  // ThreadSanitizer of gcc 13 and clang 17 and older cannot cope with more random bits than 28.
  return output.includes('ThreadSanitizer: unexpected memory mapping')
    ? 'allow the sanitizer its memory layout (sudo sysctl vm.mmap_rnd_bits=28)'
    : 'read the log, repair what it names';
}
