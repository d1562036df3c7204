import { loadCore, NogilError } from '@nogil/abi';
import {
  NG_TYPE_CACHE_COMPARES,
  NG_TYPE_CACHE_DISTRUSTS,
  NG_TYPE_CACHE_WATCHES,
} from '@nogil/abi/constants';

/**
 * How changes of types are noticed: CPython tells (`watches`, 3.12 and newer); version tags are compared at
 * each use (`compares`); neither is possible, and classes are made again at each use (`distrusts`). `undecided`
 * before the first creation.
 */
export type ChangeDetection = 'undecided' | 'watches' | 'compares' | 'distrusts';

/** Figures of the whole process, each a moment's view. */
export interface TypeCacheStatistics {
  /** Values derived from Python types, of all threads, and shared ones. */
  readonly entries: number;
  /** Python types kept for JavaScript classes, of all threads. */
  readonly classes: number;
  /** Creations that were published. */
  readonly created: number;
  /** Creations that were undone. */
  readonly abandoned: number;
  /** Changes of types in the cache; counted where CPython tells. */
  readonly changes: number;
  /** Types in the cache that died. */
  readonly deaths: number;
  /** Cells of the table. */
  readonly capacity: number;
  readonly changeDetection: ChangeDetection;
}

function detection(method: number): ChangeDetection {
  switch (method) {
    case 0:
      return 'undecided';
    case NG_TYPE_CACHE_WATCHES:
      return 'watches';
    case NG_TYPE_CACHE_COMPARES:
      return 'compares';
    case NG_TYPE_CACHE_DISTRUSTS:
      return 'distrusts';
    default:
      throw new NogilError('INTERNAL', `the core answered change detection ${method}`);
  }
}

/**
 * How much is cached, and what became of it.
 *
 * @throws NogilError as `loadCore` of `@nogil/abi`
 * @remarks Any JS thread; needs no running Python.
 */
export function typeCacheStatistics(): TypeCacheStatistics {
  const { method, ...figures } = loadCore().typeCacheStatistics();
  return { ...figures, changeDetection: detection(method) };
}
