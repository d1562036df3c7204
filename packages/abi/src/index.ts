export {
  countFunctions,
  createFunction,
  type FunctionSignature,
  type RawFunction,
} from './callbacks.js';
export type {
  Core,
  CoreAnswer,
  CoreDescription,
  CoreEmitStatistics,
  CoreEndStatistics,
  CoreGateStatistics,
  CoreHandleHistory,
  CoreHandleStatistics,
  CoreLockStatistics,
  CoreResult,
  CoreStatistics,
} from './core.js';
export { NogilError, type NogilErrorCode } from './error.js';
export { isLibraryCutShort } from './library-file.js';
export { loadCore } from './load.js';
export { callObject, openCore, releaseObject, reprOf, runPython } from './objects.js';
export { type PythonChoice, startPython } from './start.js';
export { statusError } from './status-error.js';
export { platformTarget } from './target.js';
