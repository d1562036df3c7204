import {
  NG_EXPORT_ALIGNMENT,
  NG_EXPORT_BYTES,
  NG_EXPORT_C_CONTIGUOUS,
  NG_EXPORT_DIMENSIONS,
  NG_EXPORT_EXTENT,
  NG_EXPORT_FIELDS,
  NG_EXPORT_FLAGS,
  NG_EXPORT_FORTRAN_CONTIGUOUS,
  NG_EXPORT_INDIRECT,
  NG_EXPORT_ITEM_SIZE,
  NG_EXPORT_NUMBER,
  NG_EXPORT_OFFSET,
  NG_EXPORT_READ_ONLY,
  NG_OPERATION_EXPORT,
} from '@nogil/abi/constants';

import type { Environment } from '../environment.js';
import type { Handle } from '../frame/crossing.js';
import { operate } from '../frame/operate.js';

/** An export as the core describes it; sizes, offsets and strides are bytes. */
export interface ExportDescription {
  /** What the core knows the export by. */
  readonly number: number;
  readonly bytes: number;
  readonly itemSize: number;
  readonly shape: readonly number[];
  readonly strides: readonly number[];
  readonly format: string;
  /** Of the first item, from the lowest address of any. */
  readonly offset: number;
  /** From the lowest address to the end of the highest. */
  readonly extent: number;
  /** The lowest address, modulo 16. */
  readonly alignment: number;
  readonly readOnly: boolean;
  readonly cContiguous: boolean;
  readonly fContiguous: boolean;
  readonly indirect: boolean;
}

const decoder = new TextDecoder();

function read({ arena }: Environment, frame: number): ExportDescription {
  // A copy, and so one that begins where doubles may.
  const bytes = arena.bytes(arena.result(frame));
  const fields = new Float64Array(bytes.buffer, 0, NG_EXPORT_FIELDS);
  const field = (index: number): number => fields[index] as number;
  const dimensions = field(NG_EXPORT_DIMENSIONS);
  const flags = field(NG_EXPORT_FLAGS);
  const layout = [...new Float64Array(bytes.buffer, NG_EXPORT_FIELDS * 8, 2 * dimensions)];
  return {
    number: field(NG_EXPORT_NUMBER),
    bytes: field(NG_EXPORT_BYTES),
    itemSize: field(NG_EXPORT_ITEM_SIZE),
    shape: layout.slice(0, dimensions),
    strides: layout.slice(dimensions),
    format: decoder.decode(bytes.subarray((NG_EXPORT_FIELDS + 2 * dimensions) * 8)),
    offset: field(NG_EXPORT_OFFSET),
    extent: field(NG_EXPORT_EXTENT),
    alignment: field(NG_EXPORT_ALIGNMENT),
    readOnly: (flags & NG_EXPORT_READ_ONLY) !== 0,
    cContiguous: (flags & NG_EXPORT_C_CONTIGUOUS) !== 0,
    fContiguous: (flags & NG_EXPORT_FORTRAN_CONTIGUOUS) !== 0,
    indirect: (flags & NG_EXPORT_INDIRECT) !== 0,
  };
}

/**
 * Has Python export the buffer of an object. The export is the caller's to release.
 *
 * @throws PythonError `TypeError` when the object has no buffer, `BufferError` when it gives none now
 */
export function openExport(environment: Environment, object: Handle): ExportDescription {
  return operate(environment, NG_OPERATION_EXPORT, [object], read);
}
