import { NogilError } from '@nogil/abi';

/**
 * Writes an error for people to standard error: nogil's own with its code, anything else with its stack,
 * as that is a defect of ours.
 */
export function report(error: unknown): void {
  if (error instanceof NogilError) {
    process.stderr.write(`nogil: ${error.message}\n[${error.code}]\n`);
  } else {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    process.stderr.write(`nogil: this is a defect, please report it\n${text}\n`);
  }
}

/** The message of anything that was thrown, for a line of a report. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
