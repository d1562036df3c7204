export type {
  Core,
  CoreAnswer,
  CoreDescription,
  CoreHandleHistory,
  CoreHandleStatistics,
  CoreResult,
  CoreStatistics,
} from './core.js';
export { NogilError, type NogilErrorCode } from './error.js';
export { isLibraryCutShort } from './library-file.js';
export { loadCore } from './load.js';
export { openCore, releaseObject, reprOf, runPython } from './objects.js';
export { type PythonChoice, startPython } from './start.js';
export { statusError } from './status-error.js';
export { platformTarget } from './target.js';
