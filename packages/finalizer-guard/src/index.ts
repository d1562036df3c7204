export {
  NogilError,
  type NogilErrorCode,
  type PythonChoice,
  releaseObject,
  reprOf,
  runPython,
  startPython,
} from '@nogil/abi';
export { beforeExit, checkExitSettings, type ExitOptions, guardExit } from './exit.js';
export { checkExitBound, exitBound } from './exit-bound.js';
export { Gate, type GateClosed, type GateState, type GateStatistics, openGate } from './gate.js';
export { endPython, type PythonEnd, pythonEnd, pythonGateStatistics } from './python-end.js';
export { ReleaseQueue, type ReleaseQueueOptions } from './release-queue.js';
export { terminateWorker } from './terminate.js';
