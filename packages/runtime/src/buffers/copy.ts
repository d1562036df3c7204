import type { Environment } from '../environment.js';
import type { Handle } from '../frame/crossing.js';
import type { TypedArray } from './element-types.js';
import { getBuffer } from './py-buffer.js';

/** What `toJs()` makes of a buffer: a typed array; of more than one dimension, arrays of typed arrays. */
export type CopiedBuffer = TypedArray | readonly CopiedBuffer[];

/** All rows of a buffer in C order are parts of one copy. */
function nest(data: TypedArray, shape: readonly number[], start: number): CopiedBuffer {
  const [items = 1, ...inner] = shape;
  if (shape.length < 2) return data.subarray(start, start + items);
  const step = inner.reduce((product, each) => product * each, 1);
  return Array.from({ length: items }, (_, i) => nest(data, inner, start + i * step));
}

/**
 * Copies the items of a Python object with the buffer protocol, in C order.
 *
 * @param object - stays the caller's
 * @returns a typed array; a nested array where there is more than one dimension; of no dimension, one item
 * @throws PythonError `TypeError` when it has no buffer; NogilError `UNSUPPORTED_VALUE` for items that no
 *   typed array has
 * @remarks The environment's thread.
 */
export function copyBuffer(environment: Environment, object: Handle): CopiedBuffer {
  const { data, shape } = getBuffer(environment, object, undefined, { copy: true });
  return nest(data as TypedArray, shape, 0);
}
