import { type CoreEmitStatistics, loadCore } from '@nogil/abi';

/** Figures of the whole process, each a moment's view. */
export type EmitStatistics = CoreEmitStatistics;

/**
 * How often the creation lock and the named mutexes were taken, waited for and abandoned, and what was
 * emitted.
 *
 * @throws NogilError as `loadCore` of @nogil/abi
 * @remarks Any JS thread, also before Python runs.
 */
export function emitStatistics(): EmitStatistics {
  return loadCore().emitStatistics();
}
