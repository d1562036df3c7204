export {
  callObject,
  NogilError,
  releaseObject,
  reprOf,
  runPython,
  startPython,
  type FunctionSignature,
  type NogilErrorCode,
  type PythonChoice,
  type RawFunction,
} from '@nogil/abi';
export { acquireCreationLock, lockCreation, type HeldCreation } from './creation.js';
export { emitFunction, emitType, type MethodDefinition, type TypeDefinition } from './emit.js';
export { mutex, type AsyncLockOptions, type Held, type LockOptions, type Mutex } from './mutex.js';
export { emitStatistics, type EmitStatistics } from './statistics.js';
