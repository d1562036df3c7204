import { constants } from 'node:os';

/** How a child ended: an exit code, or a signal. */
export interface Ending {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A child did not end with 0. What is wrong, it has said by itself. */
export class ChildEnded extends Error {
  override readonly name = 'ChildEnded';

  constructor(readonly ending: Ending) {
    super(`ended with ${ending.signal ?? `exit code ${ending.code ?? '?'}`}`);
  }
}

/** How long a signal of this process to itself may take, in milliseconds: the core ends Python first, within a bound. */
const PATIENCE = 30_000;

/**
 * Ends this process as a child has ended, so that a shell or a supervisor sees no difference. Nothing runs behind it:
 * listeners for the signal are removed, whoever they are of.
 */
export function endAs({ code, signal }: Ending): void {
  if (signal === null) {
    process.exitCode = code ?? 1;
    return;
  }
  // A listener would hear of it when the event loop has nothing left to do and the process is gone, with an exit code.
  process.removeAllListeners(signal);
  process.kill(process.pid, signal);
  // Where something catches it, the process stays until then. What a shell would say, if that does not end it.
  setTimeout(() => process.exit(128 + constants.signals[signal]), PATIENCE);
}
