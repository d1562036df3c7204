/** The Python side of the program: the interpreter of this process with `census.py` in it. */
import { fileURLToPath } from 'node:url';
import { python } from 'nogil';

/** Where `census.py` is: beside the folder of this file, before and after it is built. */
export const PYTHON_FOLDER = fileURLToPath(new URL('../python', import.meta.url));

/** The Python module, as TypeScript sees it. */
export interface CensusModule {
  /** Measures one file; may be called on every thread at once. */
  measure(path: string): string;
  /** Sets up the interpreter; call once per process. */
  prepare(): null;
}

/**
 * Starts Python and prepares it. On the main thread, before the workers.
 *
 * Without compiled copies beside `census.py`: a build that caches by the content of this folder would
 * see a change after each run.
 */
export function prepareCensus(): void {
  python.run('import sys; sys.dont_write_bytecode = True', { filename: 'prepare-census' });
  const sys = python.import<{ path: { insert(at: number, path: string): null } }>('sys');
  sys.path.insert(0, PYTHON_FOLDER);
  importCensus().prepare();
}

/** The module, for the calling thread. After {@link prepareCensus}, on any thread. */
export function importCensus(): CensusModule {
  return python.import<CensusModule>('census');
}
