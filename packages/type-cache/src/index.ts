export {
  NogilError,
  type PythonChoice,
  releaseObject,
  reprOf,
  runPython,
  startPython,
} from '@nogil/abi';
export { capabilityOf, shapeOf } from './capability.js';
export { type ClassCreation, classOf, findClass } from './class-of.js';
export {
  type ChangeDetection,
  type TypeCacheStatistics,
  typeCacheStatistics,
} from './statistics.js';
export { type JsClass, type TypeCreation, typeOf } from './type-of.js';
