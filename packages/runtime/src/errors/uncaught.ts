/** How far causes are followed: whoever shows an error shows no more. */
const FURTHEST = 100;

// Two copies of this package on one thread would each listen.
const key = Symbol.for('nogil/uncaught/1');
const realm = globalThis as { [key]?: true };

/**
 * Reads what a Python exception says before the process ends by it.
 *
 * The host shows an uncaught error after its `exit` event, by which Python has ended: what nobody had read by then
 * could not be asked any more, and the traceback of every script that failed would be lost.
 *
 * @remarks Any JS thread, once for each; it handles nothing, and keeps no process alive.
 */
export function readUncaughtErrors(): void {
  if (realm[key] === true) return;
  realm[key] = true;
  process.on('uncaughtExceptionMonitor', (error: unknown) => {
    read(error, new Set());
  });
}

/** Reads an error, its causes and its members. Never throws: that would replace the error that is shown. */
function read(error: unknown, seen: Set<unknown>): void {
  if (!(error instanceof Error) || seen.has(error) || seen.size >= FURTHEST) return;
  seen.add(error);
  try {
    // A PythonError remembers the text; of any kind, as another copy of this package may have made it.
    Reflect.get(error, 'stack');
    const further: unknown = 'errors' in error ? error.errors : undefined;
    read(error.cause, seen);
    if (Array.isArray(further)) for (const member of further) read(member, seen);
  } catch {
    // An accessor of the program's own threw; the host meets it next, and says so.
  }
}
