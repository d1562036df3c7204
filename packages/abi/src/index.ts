export {
  type Build,
  capabilities,
  type Capability,
  describeBuild,
  type HeadLayout,
} from './build.js';
export {
  countFunctions,
  createFunction,
  type FunctionSignature,
  type RawFunction,
} from './callbacks.js';
export type {
  Core,
  CoreAnswer,
  CoreBufferStatistics,
  CoreCounts,
  CoreDescription,
  CoreEmitStatistics,
  CoreEndStatistics,
  CoreGateStatistics,
  CoreGilNotice,
  CoreHandleHistory,
  CoreHandleStatistics,
  CoreLockStatistics,
  CoreResult,
  CoreStatistics,
  CoreTypeCacheAnswer,
  CoreTypeCacheStatistics,
} from './core.js';
export { NogilError, type NogilErrorCode } from './error.js';
export { gil, type GilState, onGilEnabled } from './gil.js';
export { type GilNotice, watchGil } from './gil-watch.js';
export { isLibraryCutShort } from './library-file.js';
export { coreFile, loadCore } from './load.js';
export { callObject, openCore, releaseObject, reprOf, runPython } from './objects.js';
export { addressOf, refcount, refcountParts, type ReferenceParts } from './references.js';
export { type PythonChoice, startPython } from './start.js';
export { statusError } from './status-error.js';
export { platformTarget } from './target.js';
export { checkedName, checkedText } from './text.js';
export { slotOf, typeFacts, type TypeFacts } from './type-facts.js';
