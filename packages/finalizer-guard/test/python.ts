import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

import type { PythonChoice } from '../src/index.js';

// By its path: this package works with any Python, and does not depend on the one that finds it.
const finder = pathToFileURL(join(import.meta.dirname, '../../python/dist/index.js')).href;

interface Finder {
  readonly findPython: (options: object) => {
    readonly executable: string;
    readonly libpython: string;
  };
}

/** The Python that tests use: `NOGIL_PYTHON`, or the first usable one. */
export async function testPython(): Promise<PythonChoice> {
  const { findPython } = (await import(finder)) as Finder;
  const { executable, libpython } = findPython({});
  return { executable, library: libpython };
}

/** This package as other programs load it: for workers and processes, which run no TypeScript. */
export const built = createRequire(import.meta.url).resolve(
  join(import.meta.dirname, '../dist/index.cjs'),
);
