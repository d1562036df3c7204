/*
 * `nogil/pyodide`: Pyodide's API and its rules for values, on native CPython. Everything that is only so here is in
 * this folder; the rest of the package knows it by `PolicyRules`.
 */
export { loadPyodide, type LoadOptions, type Pyodide, type RunOptions, version } from './load.js';
export { PythonError } from './errors.js';
export { PyProxy } from './proxy.js';
export { ffi } from './ffi.js';
