import { cp, writeFile } from 'node:fs/promises';

import { defineConfig } from 'tsup';
import { singleCopy, withConstants } from '../../tsup.base.js';

/** What `nogil/pyodide` exports. */
const names = ['ffi', 'loadPyodide', 'PyProxy', 'PythonError', 'version'];

/**
 * The second entry is a door to the bundle of the first: one environment, one set of classes, whichever is
 * imported. The Python side of nogil/pyodide goes along as files: tracebacks show them.
 */
async function finishPyodide(): Promise<void> {
  await cp('src/pyodide/python', 'dist/python', {
    recursive: true,
    filter: (name) => !name.includes('__pycache__'),
  });
  const lines = names.map((name) => `exports.${name} = entry.${name};`);
  const head = "'use strict';\nconst entry = require('./index.cjs').nogilPyodide;\n";
  await writeFile('dist/pyodide.cjs', `${head}${lines.join('\n')}\n`);
  await writeFile('dist/pyodide.js', `export { ${names.join(', ')} } from './pyodide.cjs';\n`);
}

export default defineConfig({
  ...singleCopy,
  ...withConstants,
  entry: { index: 'src/index.ts', cli: 'src/cli/main.ts' },
  // Nobody imports the command line.
  dts: { entry: { index: 'src/index.ts', pyodide: 'src/pyodide/index.ts' } },
  onSuccess: finishPyodide,
});
