import { NogilError } from '@nogil/abi';

import type { ExportDescription } from './description.js';
import { arrayConstructor, type BufferType, type TypedArray } from './element-types.js';

/** How `data` is to be read. */
export interface Layout {
  readonly data: TypedArray | DataView | undefined;
  readonly shape: readonly number[];
  readonly strides: readonly number[];
  readonly offset: number;
}

/** Strides of items without gaps, the last index fastest. */
export function contiguousStrides(shape: readonly number[], itemSize: number): number[] {
  const strides: number[] = [];
  let step = itemSize;
  for (let i = shape.length - 1; i >= 0; i--) {
    strides[i] = step;
    step *= shape[i] as number;
  }
  return strides;
}

/**
 * Lays the items of an export out over its memory.
 *
 * @param memory - from the lowest address to the highest; `undefined` only finds out whether it can be done
 * @throws NogilError `UNSUPPORTED_VALUE` for items between which a typed array cannot step
 */
export function layOut(
  description: ExportDescription,
  type: BufferType,
  memory: ArrayBuffer | undefined,
): Layout {
  const { shape, strides, offset, extent } = description;
  if (type === 'dataview') {
    const data = memory === undefined ? undefined : new DataView(memory, 0, extent);
    return { data, shape, strides, offset };
  }
  const constructor = arrayConstructor(type);
  const size = constructor.BYTES_PER_ELEMENT;
  const make = (): TypedArray | undefined =>
    memory === undefined ? undefined : new constructor(memory, 0, extent / size);
  if (size !== description.itemSize) {
    // Other items than Python's: only where they are one after the other there is a meaning to it.
    if (!description.cContiguous || description.bytes % size !== 0) {
      throw new NogilError(
        'UNSUPPORTED_VALUE',
        `items of ${description.itemSize} bytes cannot be read as ${type}: that takes contiguous memory whose ` +
          `size is a multiple of ${size}; ask for a copy: getBuffer('${type}', { copy: true })`,
      );
    }
    if (description.alignment % size !== 0) throw unaligned(type);
    return { data: make(), shape: [description.bytes / size], strides: [1], offset: 0 };
  }
  const steps = (bytes: number, i: number): boolean => bytes % size === 0 || (shape[i] ?? 0) < 2;
  if (description.alignment % size !== 0 || offset % size !== 0 || !strides.every(steps)) {
    throw unaligned(type);
  }
  return {
    data: make(),
    shape,
    strides: strides.map((bytes) => Math.trunc(bytes / size)),
    offset: offset / size,
  };
}

function unaligned(type: string): NogilError {
  return new NogilError(
    'UNSUPPORTED_VALUE',
    `these items do not lie where a typed array for ${type} has its items (a field of records, or memory that ` +
      `begins at an odd address); ask for a copy: { copy: true }, or for getBuffer('dataview')`,
  );
}
