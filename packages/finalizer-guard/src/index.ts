export { NogilError, type NogilErrorCode } from '@nogil/abi';
export { type ExitOptions, guardExit } from './exit.js';
export {
  Gate,
  type GateClosed,
  type GateState,
  type GateStatistics,
  openGate,
  pythonGateStatistics,
} from './gate.js';
export { ReleaseQueue, type ReleaseQueueOptions } from './release-queue.js';
