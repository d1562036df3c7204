export { cacheDirectory } from './cache-directory.js';
export { describePython, explain } from './discovery/explain.js';
export { findPython, listPythons, type FindOptions } from './discovery/find.js';
export type * from './installation.js';
export { findInstalled, installPython, type InstallOptions } from './install-python.js';
export { pythonVariants, type PythonVariant } from './install/variant.js';
export type { InstallPhase, ProgressEvent } from './progress/events.js';
