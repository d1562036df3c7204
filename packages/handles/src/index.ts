export { NogilError, type NogilErrorCode, type PythonChoice, startPython } from '@nogil/abi';

export {
  createHandle,
  duplicateHandle,
  releaseHandle,
  releaseHandles,
  reprOf,
  typeNameOf,
} from './handles.js';
export {
  describeHandle,
  type HandleEnd,
  HandleError,
  handleError,
  type HandleHistory,
  type HandleKind,
  type HandleState,
} from './history.js';
export { type HandleStatistics, handleStatistics, type ThreadHandles } from './statistics.js';
export {
  type HandleToken,
  isHandleToken,
  openToken,
  releaseToken,
  shareHandle,
  type ShareOptions,
  takeToken,
} from './tokens.js';
export {
  handleTracking,
  type LeakedHandle,
  leakReport,
  type LeakReportOptions,
  longTrace,
  noteCreated,
  noteReleased,
  trackHandles,
} from './tracking.js';
