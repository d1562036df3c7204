export type { Core, CoreAnswer, CoreDescription, CoreStatistics } from './core.js';
export { NogilError, type NogilErrorCode } from './error.js';
export { isLibraryCutShort } from './library-file.js';
export { loadCore } from './load.js';
export { platformTarget } from './target.js';
