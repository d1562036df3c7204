export { cacheDirectory, cacheLayout, type CacheLayout } from './cache-directory.js';
export { describePython, explain } from './discovery/explain.js';
export { findPython, listPythons, type FindOptions } from './discovery/find.js';
export { extensionPackages, gilVerdict, type GilVerdict } from './extensions.js';
export type * from './installation.js';
export { findInstalled, installPython, type InstallOptions } from './install-python.js';
export { pythonVariants, type PythonVariant } from './install/variant.js';
export {
  installPackages,
  lockPackages,
  runPip,
  syncPackages,
  type LockOptions,
  type PipInstallOptions,
  type PipOptions,
  type PipResult,
  type SyncOptions,
} from './pip.js';
export type { InstalledPackage } from './pip/inventory.js';
export type { PipRunner, PipStart } from './pip/runner.js';
export type { PipWarning } from './pip/warnings.js';
export type { InstallPhase, ProgressEvent } from './progress/events.js';
