import { cp } from 'node:fs/promises';

import { defineConfig } from 'tsup';
import { singleCopy } from '../../tsup.base.js';

/** The Python side of nogil/pyodide goes along as files: tracebacks show them. */
async function copyPython(): Promise<void> {
  await cp('src/pyodide/python', 'dist/python', {
    recursive: true,
    filter: (name) => !name.includes('__pycache__'),
  });
}

export default defineConfig({
  ...singleCopy,
  entry: { index: 'src/index.ts', pyodide: 'src/pyodide/index.ts', cli: 'src/cli/main.ts' },
  // One copy of what both entries are made of: what one knows of the environment, the other must know.
  splitting: true,
  // Nobody imports the command line.
  dts: { entry: { index: 'src/index.ts', pyodide: 'src/pyodide/index.ts' } },
  onSuccess: copyPython,
  // Values, for the hot path: see the package's own tsup.config.ts.
  noExternal: ['@nogil/abi/constants'],
});
