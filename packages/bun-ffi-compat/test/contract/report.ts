/** Runs the contract, and prints one line of JSON a case. */
import type { Case, Ffi } from './case.js';
import { cases } from './cases.js';

/** @param more - promises of the program that runs it, kept after the others */
export async function report(ffi: Ffi, more: Readonly<Record<string, Case>> = {}): Promise<void> {
  for (const [promise, keep] of Object.entries({ ...cases, ...more })) {
    let failure: string | null = null;
    try {
      await keep(ffi);
    } catch (error) {
      failure = error instanceof Error ? (error.stack ?? error.message) : String(error);
    }
    console.log(JSON.stringify({ name: promise, failure }));
  }
}
