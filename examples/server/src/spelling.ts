/** The Python side of the server: `spelling.py`, called on the threads of the pool. */
import { fileURLToPath } from 'node:url';

import { type PyProxy, python } from 'nogil';

const FOLDER = fileURLToPath(new URL('../python', import.meta.url));

/**
 * Starts Python, and reads the words.
 *
 * @param threads - how many threads answer; as many as there are cores without it
 * @returns suggests words like one; the event loop is free meanwhile. JSON
 */
export function startSpelling(threads?: number): (word: string) => Promise<string> {
  python.start(threads === undefined ? {} : { threads });
  python.run('import sys; sys.dont_write_bytecode = True', { filename: 'prepare-spelling' });
  const sys = python.import<{ path: { insert(at: number, path: string): null } }>('sys');
  sys.path.insert(0, FOLDER);
  const { suggest } = python.import<{ suggest: PyProxy }>('spelling');
  return (word) => suggest.callAsync(word) as Promise<string>;
}
